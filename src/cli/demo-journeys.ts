import type { JumpingClock } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { findNotable, type Notable, PLAY_DAYS, playStream, sumJourneySends } from '../services/demo/index.ts';
import { type JourneyView, showJourney } from '../services/journeys/index.ts';
import { formatCount, formatTable, notice, printLine, printTitle } from './output.ts';

export const JOURNEYS = ['welcome', 'abandoned-cart', 'win-back'] as const;

/** What each journey is there for: a step that says so, or an exit that does. */
const GOALS: Readonly<Record<string, (journey: JourneyView) => number>> = {
  welcome: (journey) => entered(journey, 'first-order'),
  'abandoned-cart': (journey) => entered(journey, 'recovered'),
  'win-back': ({ ended_by }) => ended_by['exit:0'] ?? 0,
};

/** People worth looking at: somebody who came to a step, and still is in the journey or not. */
const WORTH_LOOKING_AT = [
  { journey: 'abandoned-cart', node: 'recovered', ended: true, what: 'came back for a cart after the mail' },
  { journey: 'welcome', node: 'last-chance', ended: false, what: 'got the second welcome mail, and is waited for' },
  { journey: 'win-back', node: 'offer', ended: true, what: 'fell quiet, and was made an offer' },
] as const;

/** Plays two weeks at the shop through the journeys, and says what came of it. */
export async function playJourneys(
  ctx: Context,
  { url, clock, playedBefore }: { readonly url: string; readonly clock: JumpingClock; readonly playedBefore: boolean },
): Promise<void> {
  printTitle(`5. ${PLAY_DAYS} days at the shop: three journeys, person by person`);
  if (playedBefore) printLine('They were played before over this data; this is what came of it.\n');
  else await play(ctx, url, clock);
  await summary(ctx);
  await worthLookingAt(ctx);
}

async function play(ctx: Context, url: string, clock: JumpingClock): Promise<void> {
  const played = await playStream(ctx, {
    clock,
    url,
    onDay: (day, { events }) => notice(`  day ${day} of ${PLAY_DAYS}: ${formatCount(events)} events so far`),
  });
  clock.jumpTo(Date.now());
  const { history, events, opened, clicked, unsubscribed, orders } = played;
  printLine(
    `The web site told of ${formatCount(history)} orders of the season before, and then of ${formatCount(events)} events.`,
  );
  printLine(
    `People opened ${formatCount(opened)} mails of the journeys and clicked in ${formatCount(clicked)}; ${formatCount(orders)} ordered after that, ${formatCount(unsubscribed)} unsubscribed.`,
  );
  printLine('From here on the clock is that of the wall.\n');
}

async function summary(ctx: Context): Promise<void> {
  const rows = [];
  for (const key of JOURNEYS) {
    const journey = await showJourney(ctx, { key });
    const sends = await sumJourneySends(ctx.db, key);
    rows.push({ key, journey, sends });
  }
  printLine(
    formatTable(rows, {
      journey: ({ key }) => key,
      entered: ({ journey }) => journey.entered,
      inside: ({ journey }) => journey.inside,
      ended: ({ journey }) => journey.ended,
      'reached the goal': ({ key, journey }) => GOALS[key]?.(journey) ?? 0,
      mails: ({ sends }) => sends.targeted,
      sent: ({ sends }) => sends.sent,
      'not sent': ({ sends }) => sends.excluded + sends.failed,
      opened: ({ sends }) => sends.opened,
      clicked: ({ sends }) => sends.clicked,
    }),
  );
}

async function worthLookingAt(ctx: Context): Promise<void> {
  const people: { readonly who: Notable; readonly journey: string; readonly what: string }[] = [];
  for (const { what, ...place } of WORTH_LOOKING_AT) {
    const who = await findNotable(ctx.db, place);
    if (who) people.push({ who, what, journey: place.journey });
  }
  if (people.length === 0) return;
  printLine('\nPeople worth looking at:\n');
  const commands = people.map(({ who, journey }) => `npx carillon why user_id:${who.userId} --journey ${journey}`);
  const width = Math.max(...commands.map((command) => command.length));
  for (const [index, { what }] of people.entries()) printLine(`  ${(commands[index] ?? '').padEnd(width)}  ${what}`);
}

function entered({ nodes }: JourneyView, node: string): number {
  return nodes.find((one) => one.node === node)?.entered ?? 0;
}
