import { AppError } from '../../core/kernel/index.ts';
import type { SourceDocument } from './read-documents.ts';

/** Puts the place in the text into the problems that come of changing a document. */
export async function placed<T>(document: SourceDocument, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.wording, { problems: error.problems.map(document.place), cause: error });
  }
}
