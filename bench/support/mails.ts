import type { TemplateVars } from '../../src/core/content/index.ts';
import { escapeHtml } from '../../src/core/content/liquid/index.ts';

// The mails that bench/render.ts measures, each as Liquid and as a function written by hand that gives the same characters.

type Line = { sku: string; name: string; price: number };
export type Person = TemplateVars & {
  profile: { first_name: string; city: string; email: string };
  row: { spent: number; orders: number; lines: Line[] };
  campaign: { name: string };
  message: { id: string; unsubscribe_url: string };
};

export type Mail = {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** The subject, a line break and the HTML. */
  readonly byHand: (person: Person) => string;
};

/** Distinct people in turn, so that nothing can be remembered from one to the next. */
export const people: readonly Person[] = Array.from({ length: 1_000 }, (_, index) => ({
  profile: { first_name: `ana${index}`, city: `Zürich ${index % 50}`, email: `ana${index}@example.com` },
  row: {
    spent: (index * 37) % 1_500,
    orders: index % 9,
    lines: Array.from({ length: 4 }, (_, at) => ({
      sku: `sku ${index}-${at}`,
      name: `Garden chair "No ${at}" in the colours of ${index}`,
      price: 10 + ((index + at) % 90) / 10,
    })),
  },
  campaign: { name: 'Spring & more' },
  message: { id: String(index), unsubscribe_url: `https://mail.example.com/u/AbCdEf${index}?a=1&b=2` },
}));

const FILLER = Array.from(
  { length: 14 },
  (
    _,
    index,
  ) => `<tr><td style="padding:8px 24px;font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5;color:#333333" class="paragraph-${index}">
Spring is the season in which our gardeners &amp; designers bring out what they worked on all winter: new colours, new fabrics, and a few
surprises that we show to our best customers first. Have a look before everybody else does.</td></tr>`,
).join('\n');

const TEXT = `Hello {{ profile.first_name | capitalize }},\n\nspring is here: https://shop.example.com/spring\n{% for line in row.lines limit: 3 %}{{ line.name }}: {{ line.price }} EUR\n{% endfor %}\n{{ message.unsubscribe_url }}\n`;

/** A usual one: a loop of three, a condition, filters on name, goods and city; a subject that says the name. */
export const usualMail: Mail = {
  subject: '{{ profile.first_name | capitalize }}, spring is here',
  html: `<!doctype html>
<html><head><meta charset="utf-8"><title>Spring</title></head><body style="margin:0">
<table role="presentation" width="600" align="center">
<tr><td><h1>Hello {{ profile.first_name | capitalize | default: "friend" }},</h1></td></tr>
{% if row.spent >= 1000 %}<tr><td>As a gold customer you go first.</td></tr>{% else %}<tr><td>Nice to see you.</td></tr>{% endif %}
${FILLER}
{% for line in row.lines limit: 3 %}<tr><td>{{ line.name | truncate: 30 }}</td><td align="right">{{ line.price }} EUR</td></tr>
{% endfor %}<tr><td><a href="https://shop.example.com/spring">See everything in {{ profile.city | upcase }}</a></td></tr>
<tr><td>You get this at {{ profile.email }}. <a href="{{ message.unsubscribe_url }}">Unsubscribe</a></td></tr>
</table></body></html>
`,
  text: TEXT,
  byHand({ profile, row, message }) {
    const greeting =
      row.spent >= 1_000 ? '<tr><td>As a gold customer you go first.</td></tr>' : '<tr><td>Nice to see you.</td></tr>';
    let lines = '';
    for (let at = 0; at < row.lines.length && at < 3; at++) {
      const line = row.lines[at] as Line;
      lines += `<tr><td>${escapeHtml(truncate(line.name, 30))}</td><td align="right">${line.price} EUR</td></tr>\n`;
    }
    const name = capitalize(profile.first_name);
    return `${name}, spring is here
<!doctype html>
<html><head><meta charset="utf-8"><title>Spring</title></head><body style="margin:0">
<table role="presentation" width="600" align="center">
<tr><td><h1>Hello ${escapeHtml(name || 'friend')},</h1></td></tr>
${greeting}
${FILLER}
${lines}<tr><td><a href="https://shop.example.com/spring">See everything in ${escapeHtml(profile.city.toUpperCase())}</a></td></tr>
<tr><td>You get this at ${escapeHtml(profile.email)}. <a href="${escapeHtml(message.unsubscribe_url)}">Unsubscribe</a></td></tr>
</table></body></html>
`;
  },
};

/** One that asks for more: arithmetic on every line, addresses made from data, three branches. */
export const heavyMail: Mail = {
  subject: '{{ profile.first_name | capitalize }}, spring is here',
  html: `<!doctype html>
<html><head><meta charset="utf-8"><title>{{ campaign.name }}</title></head><body style="margin:0">
<table role="presentation" width="600" align="center">
<tr><td><h1>Hello {{ profile.first_name | capitalize | default: "friend" }},</h1></td></tr>
{% if row.spent >= 1000 %}<tr><td>As a gold customer you go first.</td></tr>{% elsif row.spent >= 100 %}<tr><td>Thank you for your {{ row.orders }} orders.</td></tr>{% else %}<tr><td>Nice to see you.</td></tr>{% endif %}
${FILLER}
{% for line in row.lines limit: 3 %}<tr><td><a href="https://shop.example.com/p/{{ line.sku | url_encode }}">{{ forloop.index }}. {{ line.name | truncate: 30 }}</a></td><td align="right">{{ line.price | times: 1.2 | round: 2 }} EUR</td></tr>
{% endfor %}<tr><td><a href="https://shop.example.com/spring">See everything in {{ profile.city | upcase }}</a></td></tr>
<tr><td>You get this at {{ profile.email }}. <a href="{{ message.unsubscribe_url }}">Unsubscribe</a></td></tr>
</table></body></html>
`,
  text: TEXT,
  byHand({ profile, row, campaign, message }) {
    let greeting = '<tr><td>Nice to see you.</td></tr>';
    if (row.spent >= 1_000) greeting = '<tr><td>As a gold customer you go first.</td></tr>';
    else if (row.spent >= 100) greeting = `<tr><td>Thank you for your ${row.orders} orders.</td></tr>`;
    let lines = '';
    for (let at = 0; at < row.lines.length && at < 3; at++) {
      const line = row.lines[at] as Line;
      const price = Math.round(line.price * 1.2 * 100) / 100;
      const sku = encodeURIComponent(line.sku).replace(/%20/g, '+');
      lines += `<tr><td><a href="https://shop.example.com/p/${escapeHtml(sku)}">${at + 1}. ${escapeHtml(truncate(line.name, 30))}</a></td><td align="right">${price} EUR</td></tr>\n`;
    }
    const name = capitalize(profile.first_name);
    return `${name}, spring is here
<!doctype html>
<html><head><meta charset="utf-8"><title>${escapeHtml(campaign.name)}</title></head><body style="margin:0">
<table role="presentation" width="600" align="center">
<tr><td><h1>Hello ${escapeHtml(name || 'friend')},</h1></td></tr>
${greeting}
${FILLER}
${lines}<tr><td><a href="https://shop.example.com/spring">See everything in ${escapeHtml(profile.city.toUpperCase())}</a></td></tr>
<tr><td>You get this at ${escapeHtml(profile.email)}. <a href="${escapeHtml(message.unsubscribe_url)}">Unsubscribe</a></td></tr>
</table></body></html>
`;
  },
};

function truncate(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}
