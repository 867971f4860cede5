// How many personalised emails of 6 kB one core renders: a loop of three, a condition, filters. The limit is a function written by
// hand in TypeScript that gives the same characters; liquidjs's own interpreter is shown beside it. Then whole messages (text and
// HTML, MIME, tracked links, headers) as delivery makes them. The same again, as `heavy_`, for a mail with about twice the dynamic
// places. Every result, of ours as of the limit, is flattened: V8 joins strings lazily, and writing one to a socket joins it.
//
//   tsx bench/render.ts [--seconds 3] [--only render|hand|liquidjs|compose]
import { parseArgs } from 'node:util';
import { compileTemplate, type TemplateSource } from '../src/core/content/index.ts';
import { createContext, createEngine } from '../src/core/content/liquid/index.ts';
import { peakRssMb, report, say } from './support/index.ts';
import { heavyMail, type Mail, type Person, people, usualMail } from './support/mails.ts';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '2' }, only: { type: 'string' } },
});
const SECONDS = Number(options.seconds);
const ROUNDS = 8;
const NOW = Date.parse('2026-03-02T09:00:00Z');
const FROM = { email: 'news@example.com', name: 'The shop' };

type Make = (person: Person) => string;
const METHODS = ['hand', 'render', 'liquidjs', 'compose'] as const;
type Methods = Record<(typeof METHODS)[number], Make>;

function methodsOf(mail: Mail): Methods {
  const source: TemplateSource = {
    subject: mail.subject,
    html: mail.html,
    defaults: {},
    utm: {},
    track: { opens: true, clicks: true },
  };
  const readable = compileTemplate(source, { linkless: true });
  const wire = compileTemplate({ ...source, text: mail.text });
  const engine = createEngine({ html: true, locale: 'en', timeZone: 'UTC' });
  const subject = createEngine({ html: false, locale: 'en', timeZone: 'UTC' }).liquid.parse(mail.subject);
  const tree = engine.liquid.parse(mail.html);
  return {
    hand: mail.byHand,
    render(person) {
      const result = readable.render({ vars: person, now: NOW });
      if (result.kind === 'failed') throw new Error(result.detail);
      return `${result.subject}\n${result.html}`;
    },
    liquidjs(person) {
      const context = createContext(engine.liquid, person) as unknown as object;
      return `${engine.liquid.renderSync(subject, context)}\n${engine.liquid.renderSync(tree, context)}`;
    },
    compose(person) {
      const token = person.message.id.padStart(32, 'T');
      const result = wire.compose({
        vars: person,
        tracking: {
          linkBase: `https://mail.example.com/t/c/${token}/`,
          trackedUrl: (url) => `https://mail.example.com/t/d/${token}?to=${encodeURIComponent(url)}`,
          pixelUrl: `https://mail.example.com/t/o/${token}.gif`,
        },
        envelope: {
          from: FROM,
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
    },
  };
}

type Rate = { best: number; n: number };

/** Per second of processor time, so that others on the machine count little; the best of a few short rounds. */
function measureRound(make: Make, rate: Rate): void {
  let done = 0;
  let spent = 0;
  const start = processorSeconds();
  while (spent < SECONDS / ROUNDS) {
    for (const person of people) {
      const text = make(person);
      // Reading a character makes V8 put the pieces together.
      if (text.charCodeAt(text.length - 1) !== 10) throw new Error('The message has no end.');
    }
    done += people.length;
    spent = processorSeconds() - start;
  }
  rate.best = Math.max(rate.best, done / spent);
  rate.n += done;
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

function measure(mail: Mail, prefix: string): void {
  const methods = methodsOf(mail);
  for (const person of people.slice(0, 20)) {
    if (methods.render(person) !== methods.hand(person))
      throw new Error('The function written by hand gives something else.');
    if (methods.render(person) !== methods.liquidjs(person)) throw new Error('liquidjs gives something else.');
  }
  const [first] = people as [Person];
  const notes = {
    hand: 'a function written by hand',
    render: `${methods.render(first).length} characters`,
    liquidjs: 'the interpreter of liquidjs',
    compose: `${methods.compose(first).length} bytes of MIME, text and HTML`,
  };
  const names = {
    hand: 'limit_renders_per_second',
    render: 'renders_per_second',
    liquidjs: 'liquidjs_renders_per_second',
    compose: 'composes_per_second',
  };
  const wanted = METHODS.filter((method) => options.only === undefined || options.only === method);
  const rates = new Map(wanted.map((method) => [method, { best: 0, n: 0 }]));
  // In turn, so that all meet the same machine.
  for (let round = 0; round < ROUNDS; round++) {
    for (const [method, rate] of rates) measureRound(methods[method], rate);
  }
  for (const [method, { best, n }] of rates) {
    report({ bench: 'render', metric: prefix + names[method], value: best, unit: '1/s', n, note: notes[method] });
  }
  const [hand, render, liquidjs] = [rates.get('hand'), rates.get('render'), rates.get('liquidjs')];
  if (!hand || !render || !liquidjs) return;
  const note = 'of the limit';
  report({ bench: 'render', metric: `${prefix}ratio`, value: render.best / hand.best, unit: '', n: render.n, note });
  say(`${prefix}mail: ${(render.best / liquidjs.best).toFixed(1)} times liquidjs's interpreter`);
}

measure(usualMail, '');
measure(heavyMail, 'heavy_');
report({ bench: 'render', metric: 'rss_mb', value: peakRssMb(), unit: 'MB', n: 1, note: 'the process' });
