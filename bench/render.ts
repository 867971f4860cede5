// How many personalised emails of 6 kB one core renders: a loop, conditions, filters. The limit is a function written by hand in
// TypeScript that gives the same characters; liquidjs's own interpreter is shown beside it. Then whole messages (text and HTML, MIME,
// tracked links, headers) as delivery makes them. Every string is flattened, as writing it to a socket would.
//
//   tsx bench/render.ts [--seconds 3]
import { parseArgs } from 'node:util';
import { compileTemplate, type TemplateSource, type TemplateVars } from '../src/core/content/index.ts';
import { createContext, createEngine, escapeHtml } from '../src/core/content/liquid/index.ts';
import { peakRssMb, report, say } from './support/index.ts';

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '2' } } });
const SECONDS = Number(options.seconds);
const ROUNDS = 3;
const NOW = Date.parse('2026-03-02T09:00:00Z');

const FILLER = Array.from(
  { length: 14 },
  (
    _,
    index,
  ) => `<tr><td style="padding:8px 24px;font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5;color:#333333" class="paragraph-${index}">
Spring is the season in which our gardeners &amp; designers bring out what they worked on all winter: new colours, new fabrics, and a few
surprises that we show to our best customers first. Have a look before everybody else does.</td></tr>`,
).join('\n');

const HTML = `<!doctype html>
<html><head><meta charset="utf-8"><title>{{ campaign.name }}</title></head><body style="margin:0">
<table role="presentation" width="600" align="center">
<tr><td><h1>Hello {{ profile.first_name | capitalize | default: "friend" }},</h1></td></tr>
{% if row.spent >= 1000 %}<tr><td>As a gold customer you go first.</td></tr>{% elsif row.spent >= 100 %}<tr><td>Thank you for your {{ row.orders }} orders.</td></tr>{% else %}<tr><td>Nice to see you.</td></tr>{% endif %}
${FILLER}
{% for line in row.lines limit: 3 %}<tr><td><a href="https://shop.example.com/p/{{ line.sku | url_encode }}">{{ forloop.index }}. {{ line.name | truncate: 30 }}</a></td><td align="right">{{ line.price | times: 1.2 | round: 2 }} EUR</td></tr>
{% endfor %}<tr><td><a href="https://shop.example.com/spring">See everything in {{ profile.city | upcase }}</a></td></tr>
<tr><td>You get this at {{ profile.email }}. <a href="{{ message.unsubscribe_url }}">Unsubscribe</a></td></tr>
</table></body></html>
`;
const TEXT = `Hello {{ profile.first_name | capitalize }},\n\nspring is here: https://shop.example.com/spring\n{% for line in row.lines limit: 3 %}{{ line.name }}: {{ line.price }} EUR\n{% endfor %}\n{{ message.unsubscribe_url }}\n`;

type Line = { sku: string; name: string; price: number };
type Person = TemplateVars & {
  profile: { first_name: string; city: string; email: string };
  row: { spent: number; orders: number; lines: Line[] };
  campaign: { name: string };
  message: { unsubscribe_url: string };
};

/** Distinct people in turn, so that nothing can be remembered from one to the next. */
const people: Person[] = Array.from({ length: 1_000 }, (_, index) => ({
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

function truncate(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}

function byHand(person: Person): string {
  const { profile, row, campaign, message } = person;
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
  const name = profile.first_name;
  return `<!doctype html>
<html><head><meta charset="utf-8"><title>${escapeHtml(campaign.name)}</title></head><body style="margin:0">
<table role="presentation" width="600" align="center">
<tr><td><h1>Hello ${escapeHtml(name.charAt(0).toUpperCase() + name.slice(1).toLowerCase())},</h1></td></tr>
${greeting}
${FILLER}
${lines}<tr><td><a href="https://shop.example.com/spring">See everything in ${escapeHtml(profile.city.toUpperCase())}</a></td></tr>
<tr><td>You get this at ${escapeHtml(profile.email)}. <a href="${escapeHtml(message.unsubscribe_url)}">Unsubscribe</a></td></tr>
</table></body></html>
`;
}

/** Per second of processor time, so that others on the machine count little; the best of a few rounds. */
function perSecond(make: (person: Person) => string): { rate: number; n: number } {
  let best = 0;
  let n = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let done = 0;
    const start = processorSeconds();
    while (processorSeconds() - start < SECONDS / ROUNDS) {
      for (const person of people) {
        const text = make(person);
        // Reading a character makes V8 put the pieces together.
        if (text.charCodeAt(text.length - 1) !== 10) throw new Error('The message has no end.');
      }
      done += people.length;
    }
    best = Math.max(best, done / (processorSeconds() - start));
    n += done;
  }
  return { rate: best, n };
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

const source: TemplateSource = {
  subject: '{{ profile.first_name | capitalize }}, spring is here',
  html: HTML,
  defaults: {},
  utm: {},
  track: { opens: true, clicks: true },
};
const readable = compileTemplate(source, { linkless: true });
const render = (person: Person): string => {
  const result = readable.render({ vars: person, now: NOW });
  if (result.kind === 'failed') throw new Error(result.detail);
  return result.html ?? '';
};
const wire = compileTemplate({ ...source, text: TEXT });
const from = { email: 'news@example.com', name: 'The shop' };
const compose = (person: Person): string => {
  const token = String(person.message.id).padStart(32, 'T');
  const result = wire.compose({
    vars: person,
    tracking: {
      linkBase: `https://mail.example.com/t/c/${token}/`,
      trackedUrl: (url) => `https://mail.example.com/t/d/${token}?to=${encodeURIComponent(url)}`,
      pixelUrl: `https://mail.example.com/t/o/${token}.gif`,
    },
    envelope: {
      from,
      to: { email: person.profile.email },
      messageId: `${token}@example.com`,
      date: NOW,
      headers: [
        ['List-Unsubscribe', `<https://mail.example.com/u/${token}>`],
        ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
        ['List-Id', '<news.example.com>'],
        ['Feedback-ID', 'spring:news:campaign:carillon'],
      ],
    },
  });
  if (result.kind === 'failed') throw new Error(result.detail);
  return result.raw;
};

const engine = createEngine({ html: true, locale: 'en', timeZone: 'UTC' });
const tree = engine.liquid.parse(HTML);
const interpret = (person: Person): string =>
  engine.liquid.renderSync(tree, createContext(engine.liquid, person) as unknown as object);

for (const person of people.slice(0, 20)) {
  if (render(person) !== byHand(person)) throw new Error('The function written by hand gives something else.');
  if (render(person) !== interpret(person)) throw new Error('liquidjs gives something else.');
}

const first = people[0] as Person;
const note = `${render(first).length} characters`;
const limit = perSecond(byHand);
const ours = perSecond(render);
const interpreted = perSecond(interpret);
const composed = perSecond(compose);
say(
  `liquidjs's interpreter: ${Math.round(interpreted.rate)} renders/s; ours is ${(ours.rate / interpreted.rate).toFixed(1)} times that`,
);

const line = (metric: string, value: number, unit: string, n: number, text = note) =>
  report({ bench: 'render', metric, value, unit, n, note: text });
line('renders_per_second', ours.rate, '1/s', ours.n);
line('limit_renders_per_second', limit.rate, '1/s', limit.n, 'a function written by hand');
line('ratio', ours.rate / limit.rate, '', ours.n);
line('liquidjs_renders_per_second', interpreted.rate, '1/s', interpreted.n, 'the interpreter of liquidjs');
line('composes_per_second', composed.rate, '1/s', composed.n, `${compose(first).length} bytes of MIME, text and HTML`);
line('rss_mb', peakRssMb(), 'MB', 1);
