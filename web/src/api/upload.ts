import { i18n } from '@lingui/core';
import { ApiError, type Problem, Unreachable } from './client.ts';

/** How much of a file the server has taken. It takes more as it reads: so far it has come with it. */
export type Sent = { readonly sent: number; readonly of: number };

/** Sends a form with a file and says how far it is, which `fetch` cannot. @throws ApiError, Unreachable; AbortError by the signal. */
export function upload<Answer>(
  path: string,
  form: FormData,
  options: { readonly onSent: (sent: Sent) => void; readonly signal: AbortSignal },
): Promise<Answer> {
  const { onSent, signal } = options;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('accept-language', i18n.locale);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onSent({ sent: loaded, of: total });
    request.onload = () => {
      if (request.status < 400) resolve(request.response as Answer);
      else reject(new ApiError((request.response as Problem | null) ?? noProblem(request)));
    };
    request.onerror = () => reject(new Unreachable('The server cannot be reached.'));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

function noProblem({ status, statusText }: XMLHttpRequest): Problem {
  return { status, title: statusText || `HTTP ${status}` };
}
