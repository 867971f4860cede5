import { JourneyDefinition } from '../../core/journeys/index.ts';
import { type Instant, notFound, parseWith, say, type Wording } from '../../core/kernel/index.ts';
import { instantText } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { forecastRead, type ReadForecast } from './forecast-read.ts';
import { listVersionRows, selectNewestDefinition } from './store.ts';
import { winnersFor } from './winners-for.ts';

/** What publishing a journey as it is saved would do that its text does not say: about its audience and the winners of its experiments. @throws AppError `not_found`. */
export async function forecastPublishing(ctx: Context, key: string): Promise<Wording[]> {
  const newest = await selectNewestDefinition(ctx.db, key);
  if (!newest) throw notFound('journey', key);
  const body = parseWith(JourneyDefinition, newest.body, say('The {kind} "{key}"', { kind: say('journey'), key }));
  return publishingNotes(ctx.db, body, ctx.clock.now());
}

/** The same of a definition that is about to be published. */
export async function publishingNotes(db: Queryable, body: JourneyDefinition, now: Instant): Promise<Wording[]> {
  const forecast = await forecastRead(db, body, now);
  return [...(forecast ? readNotes(forecast, now) : []), ...(await winnerNotes(db, body))];
}

async function winnerNotes(db: Queryable, body: JourneyDefinition): Promise<Wording[]> {
  const winners = await winnersFor(db, await listVersionRows(db, { keys: [body.key] }), body);
  return Object.entries(winners).map(([step, variant]) =>
    say('The experiment "{step}" keeps its winner, "{variant}".', { step, variant }),
  );
}

function readNotes(forecast: ReadForecast, now: Instant): Wording[] {
  const { audience, goesOn, nextAt, since, readAt } = forecast;
  const notes: Wording[] = [];
  if (goesOn) notes.push(say('It goes on with the read of the audience "{audience}" that is under way.', { audience }));
  else if (readAt !== undefined) {
    const told = { audience, at: inUtc(readAt) };
    notes.push(
      say(
        'The audience "{audience}" was read at {at} and is not read again. To read it once more, give the schedule a time to come.',
        told,
      ),
    );
  }
  if (nextAt === undefined) return notes;
  if (since !== undefined) {
    const told = { audience, at: inUtc(nextAt), since: inUtc(since) };
    notes.push(
      say(
        'It reads the audience "{audience}" at {at} and lets in who was not in it when it was read at {since}.',
        told,
      ),
    );
  } else if (nextAt <= now) {
    notes.push(say('It reads the audience "{audience}" at once and lets everybody in it in.', { audience }));
  } else {
    const told = { audience, at: inUtc(nextAt) };
    notes.push(say('It reads the audience "{audience}" at {at} and lets everybody in it in.', told));
  }
  return notes;
}

/** `2026-12-01 09:00 UTC` */
function inUtc(instant: Instant): string {
  return `${instantText(instant).slice(0, 16).replace('T', ' ')} UTC`;
}
