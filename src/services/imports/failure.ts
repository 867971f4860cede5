import { AppError } from '../../core/kernel/index.ts';

const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT', 'ENOENT']);

/** What went wrong below, in words that say what to do; errors that are ours already stay as they are. */
export function translateFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code = '', message } = error as Error & { code?: string };
  const unchanged = 'Nothing was changed; run the import again.';
  if (code === '53100' || code === 'ENOSPC') {
    return new AppError('unavailable', `The disk is full (${message}). ${unchanged}`, { cause: error });
  }
  if (code.startsWith('53')) {
    return new AppError('unavailable', `The database is out of resources (${message}). ${unchanged}`, { cause: error });
  }
  const lost = code.startsWith('08') || code.startsWith('57P') || CONNECTION_CODES.has(code);
  if (lost || /terminated|not queryable|ended/i.test(message)) {
    return new AppError('unavailable', `The connection to the database was lost (${message}). ${unchanged}`, {
      cause: error,
    });
  }
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR') {
    return new AppError('invalid', 'The file ended before all of it had arrived. Nothing was changed.', {
      cause: error,
    });
  }
  return new AppError('internal', `The import failed: ${message}. Nothing was changed.`, { cause: error });
}
