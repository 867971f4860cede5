import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useFormat } from '../../i18n/format.ts';
import type { ActivityShape } from './queries.ts';

type Settings = ActivityShape['settings'];
const textIn = (settings: Settings, name: string) => {
  const value = settings[name];
  return value === undefined || value === null ? undefined : String(value);
};
const listIn = (settings: Settings, name: string) => {
  const value = settings[name];
  return Array.isArray(value) ? value.join(', ') : undefined;
};

/** In two or three words beside the kind: what tells this activity from others of its kind. */
export function useSettingsHint(): (shape: ActivityShape) => string | undefined {
  const { t } = useLingui();
  return ({ type, settings }) => {
    switch (type) {
      case 'build-audience':
        return textIn(settings, 'on') === 'profiles' ? undefined : textIn(settings, 'on');
      case 'read-audience':
      case 'save-audience':
        return textIn(settings, 'audience');
      case 'combine':
        return { union: t`union`, intersection: t`intersection`, exclusion: t`exclusion` }[String(settings.mode)];
      case 'deduplicate': {
        const by = listIn(settings, 'by');
        return by === undefined ? undefined : t`by ${by}`;
      }
      case 'change-dimension': {
        const to = textIn(settings, 'to');
        return to === 'profiles' ? t`to people` : to;
      }
      case 'split':
        return settings.holdout === undefined ? undefined : t`hold-out first`;
      case 'email':
        return textIn(settings, 'template');
      case 'wait':
        return textIn(settings, 'for') ?? textIn(settings, 'until');
      default:
        return undefined;
    }
  };
}

/** The words of what works on sets: combine, deduplicate, split. */
function useSetWords() {
  const { t } = useLingui();
  const format = useFormat();
  const limit = (value: unknown) => (typeof value === 'number' ? format.number(value) : String(value));
  const combine = (settings: Settings) => {
    const primary = textIn(settings, 'primary');
    const by = listIn(settings, 'by');
    return [
      settings.mode === 'union'
        ? t`Puts all rows that arrive together.`
        : settings.mode === 'intersection'
          ? t`Keeps who arrives on every arrow.`
          : t`Keeps who comes from “${primary}” and from nowhere else.`,
      by === undefined ? undefined : t`Two rows are the same when they match in: ${by}.`,
    ];
  };
  const deduplicate = (settings: Settings) => {
    const by = listIn(settings, 'by');
    const [how, column] =
      Object.entries((settings.prefer as Record<string, unknown> | string | undefined) ?? {})[0] ?? [];
    return [
      by === undefined
        ? t`Two rows are the same when they have the same key.`
        : t`Two rows are the same when they match in: ${by}.`,
      t`Keeps ${plural(Number(settings.keep ?? 1), { one: '# row', other: '# rows' })} of each group.`,
      typeof settings.prefer === 'string' || how === undefined
        ? t`Which one is left to chance, always the same.`
        : t`Prefers: ${how} ${typeof column === 'string' ? column : JSON.stringify(column)}.`,
    ];
  };
  const split = ({ settings, sentences }: ActivityShape) => [
    settings.holdout === undefined
      ? undefined
      : t`First keeps ${limit(settings.holdout)} out, at random, always the same.`,
    ...Object.entries((settings.then as Record<string, Record<string, unknown>> | undefined) ?? {}).map(
      ([name, part]) => {
        const who = sentences[`then.${name}.where`] ?? t`everyone who is left`;
        return part.limit === undefined
          ? t`“${name}”: ${who}.`
          : t`“${name}”: at most ${limit(part.limit)} of: ${who}.`;
      },
    ),
    settings.overlap === true ? t`Whoever matches several goes on in each of them.` : undefined,
  ];
  return { combine, deduplicate, split };
}

/** The words of an email, which are those that somebody wants to be sure of. */
function useEmailWords() {
  const { t } = useLingui();
  return (settings: Settings) => {
    const consent = {
      'opt-in': t`Only to those who said yes`,
      'opt-out': t`To all but those who said no`,
      none: t`To everyone, whatever they said`,
    };
    const topic = textIn(settings, 'topic');
    const channel = textIn(settings, 'channel');
    return [
      t`Sends the template “${textIn(settings, 'template')}”.`,
      channel === undefined ? undefined : t`Through the channel “${channel}”.`,
      `${consent[String(settings.consent ?? 'opt-in') as keyof typeof consent] ?? ''}${topic === undefined ? '' : ` (${topic})`}.`,
      settings.confirm === true ? t`Waits until somebody confirms the counts.` : t`Leaves without asking.`,
    ];
  };
}

/** What an activity is set to, as sentences; its rules come in words from the server. */
export function useSettingsWords(): (shape: ActivityShape) => readonly string[] {
  const { t } = useLingui();
  const { combine, deduplicate, split } = useSetWords();
  const email = useEmailWords();
  return (shape) => {
    const { type, settings, sentences } = shape;
    const words = (): readonly (string | undefined)[] => {
      switch (type) {
        case 'build-audience':
          return [
            settings.on === 'profiles'
              ? t`Starts with people for whom this is true:`
              : t`Starts with the rows of “${textIn(settings, 'on')}” for which this is true:`,
            sentences.rule ?? t`every row`,
          ];
        case 'read-audience':
          return [t`Starts with the people who are in “${textIn(settings, 'audience')}” at that moment.`];
        case 'combine':
          return combine(settings);
        case 'deduplicate':
          return deduplicate(settings);
        case 'change-dimension':
          return [
            settings.to === 'profiles'
              ? t`Goes from each row to the person it belongs to.`
              : t`Goes from each row to its rows of “${textIn(settings, 'to')}”.`,
            settings.duplicates === 'keep' ? t`Once for every row that leads there.` : t`Each only once.`,
          ];
        case 'split':
          return split(shape);
        case 'email':
          return email(settings);
        case 'save-audience':
          return [
            {
              create: t`Writes these people down as the audience “${textIn(settings, 'audience')}”, which must be empty before.`,
              replace: t`Writes exactly these people down as the audience “${textIn(settings, 'audience')}”.`,
              append: t`Adds these people to the audience “${textIn(settings, 'audience')}”.`,
            }[String(settings.mode ?? 'replace')],
          ];
        case 'wait':
          return [
            settings.for === undefined
              ? t`Waits until ${textIn(settings, 'until')}.`
              : t`Waits ${textIn(settings, 'for')}.`,
          ];
        default:
          return [];
      }
    };
    return words().filter((line) => line !== undefined);
  };
}
