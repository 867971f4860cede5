import { inLanguage, type LanguageCode, type Plain, say, type Wording } from '../../core/kernel/index.ts';
import { sha256 } from '../../platform/crypto.ts';

/** What the page shows: one line per topic, and everything at once. */
export type PreferencePage = {
  readonly language: LanguageCode;
  /** The address, mostly hidden: the link may have been forwarded. */
  readonly address: string | undefined;
  /** Where the forms go. */
  readonly action: string;
  readonly topics: readonly { readonly topic: string; readonly wanted: boolean }[];
  readonly channelRefused: boolean;
  /** What has just been done, said first. */
  readonly notice: Wording | undefined;
};

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 34rem; padding: 2rem 1rem; }
h1 { font-size: 1.4rem; }
fieldset { border: 1px solid; border-radius: .5rem; margin: 1rem 0; padding: 1rem; }
label { display: block; padding: .3rem 0; }
button { border: 1px solid; border-radius: .4rem; cursor: pointer; font: inherit; padding: .5rem 1rem; }
[role=status] { border-left: .3rem solid; padding: .5rem 1rem; }
`;

/** No script, nothing from elsewhere, and forms that only come back here. */
export const PREFERENCE_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${sha256(STYLE).toString('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** The whole page. It works without script, and reading it changes nothing. */
export function preferencePage(page: PreferencePage): string {
  const { address, language, topics, channelRefused } = page;
  const words = (wording: Wording) => escapeHtml(inLanguage(wording, language));
  const plain = (text: Plain) => words(say(text));
  const action = escapeHtml(page.action);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${plain('Email preferences')}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${plain('Email preferences')}</h1>
${page.notice === undefined ? '' : `<p role="status">${words(page.notice)}</p>`}
<p>${address === undefined ? plain('These are the choices about email from us.') : words(say('These are the choices for {address} about email from us.', { address }))}</p>
${topics.length === 0 ? '' : topicForm(topics, action, plain)}
<form method="post" action="${action}">
<input type="hidden" name="action" value="${channelRefused ? 'resume' : 'stop'}">
<p>${plain(channelRefused ? 'You get no email from us at the moment.' : 'You can also stop all email from us.')}</p>
<button type="submit">${plain(channelRefused ? 'Get email again' : 'Unsubscribe from everything')}</button>
</form>
</main>
</body>
</html>
`;
}

function topicForm(topics: PreferencePage['topics'], action: string, plain: (text: Plain) => string): string {
  const lines = topics.map(
    ({ topic, wanted }) =>
      `<label><input type="checkbox" name="topic" value="${escapeHtml(topic)}"${wanted ? ' checked' : ''}> ${escapeHtml(topic)}</label>
<input type="hidden" name="shown" value="${escapeHtml(topic)}">`,
  );
  return `<form method="post" action="${action}">
<input type="hidden" name="action" value="save">
<fieldset>
<legend>${plain('Topics that you want to hear about')}</legend>
${lines.join('\n')}
</fieldset>
<button type="submit">${plain('Save')}</button>
</form>
<hr>`;
}

/** `ann.lee@example.com` -> `a***@example.com`. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '***' : `${[...address][0] ?? ''}***${address.slice(at)}`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
