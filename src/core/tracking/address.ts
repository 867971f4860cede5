/** Where the public pages of one message live; `base` is the public URL without a slash at its end. */
export function trackingUrls(base: string, token: string) {
  return {
    open: `${base}/t/o/${token}.gif`,
    mirror: `${base}/t/m/${token}`,
    unsubscribe: `${base}/u/${token}`,
    /** Numbered links resolve through the send, so no URL can be smuggled into one. */
    clickBase: `${base}/t/c/${token}/`,
    /** A URL that differs from person to person carries its own signature; both parts are base64url. */
    clickTo: (url: string, signature: string) => `${base}/t/d/${token}/${signature}/${url}`,
  };
}

/**
 * A place to send a reader to: http(s) or mailto, no credentials, no control characters, of sane length. Undefined for the rest. Blanks
 * may be in it, as somebody's name brings them there; whoever writes a header percent-encodes them.
 */
export function safeDestination(url: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be refused.
  if (url.length > URL_LENGTH_MAX || /[\u0000-\u001f\u007f]/.test(url)) return undefined;
  return /^(https?:\/\/[^/@\s]+(?:[/?#]|$)|mailto:)/i.test(url) ? url : undefined;
}

const URL_LENGTH_MAX = 8_192;
