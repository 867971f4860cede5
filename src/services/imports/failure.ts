import { AppError, say } from '../../core/kernel/index.ts';

const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT', 'ENOENT']);

/** What went wrong below, in words that say what to do; errors that are ours already stay as they are. */
export function translateFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code = '', message } = error as Error & { code?: string };
  if (code === '53100' || code === 'ENOSPC') {
    return new AppError(
      'unavailable',
      say('The disk is full ({problem}). Nothing was changed; run the import again.', { problem: message }),
      { cause: error },
    );
  }
  if (code.startsWith('53')) {
    return new AppError(
      'unavailable',
      say('The database is out of resources ({problem}). Nothing was changed; run the import again.', {
        problem: message,
      }),
      { cause: error },
    );
  }
  const lost = code.startsWith('08') || code.startsWith('57P') || CONNECTION_CODES.has(code);
  if (lost || /terminated|not queryable|ended/i.test(message)) {
    return new AppError(
      'unavailable',
      say('The connection to the database was lost ({problem}). Nothing was changed; run the import again.', {
        problem: message,
      }),
      {
        cause: error,
      },
    );
  }
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR') {
    return new AppError('invalid', say('The file ended before all of it had arrived. Nothing was changed.'), {
      cause: error,
    });
  }
  return new AppError('internal', say('The import failed: {problem}. Nothing was changed.', { problem: message }), {
    cause: error,
  });
}
