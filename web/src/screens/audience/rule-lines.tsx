import { Trans, useLingui } from '@lingui/react/macro';
import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { useFormat, useLanguage } from '../../i18n/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import classes from './rule-lines.module.css';

export type CountedLine = {
  readonly path: string;
  readonly kind: 'all' | 'any' | 'none' | 'condition';
  readonly sentence: string;
  readonly alone: number;
  readonly left: number | null;
  readonly children: readonly CountedLine[];
};

/** The rule of a saved audience, line by line. */
export function RuleLines({ audienceKey: key }: { readonly audienceKey: string }) {
  const { t } = useLingui();
  const language = useLanguage();
  const counted = useQuery({
    // Counting every line is work: it is done when somebody looks, not with each of the news.
    queryKey: ['audience-lines', key, language],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/audiences/{key}/lines', { params: { path: { key }, query: { language } }, signal })),
    staleTime: 60_000,
  });
  return (
    <Sheet title={t`Rule`} aside={<Heads />}>
      <ProblemNote error={counted.error} />
      {counted.isPending && <Skeleton h={160} />}
      {counted.data && (
        <>
          <Lines everyone={counted.data.everyone} root={counted.data.lines} />
          <Text size="sm" c="dimmed" mt="sm">
            <Trans>
              Exact, counted <Moment at={new Date(counted.dataUpdatedAt)} />.
            </Trans>
          </Text>
        </>
      )}
    </Sheet>
  );
}

/** What the two columns of figures are. */
export function Heads() {
  return (
    <div className={classes.heads} aria-hidden>
      <span>
        <Trans>Left after this line</Trans>
      </span>
      <span>
        <Trans>Alone</Trans>
      </span>
    </div>
  );
}

/** Groups and conditions one under the other: the bar drains as fewer are left. */
export function Lines({ everyone, root }: { readonly everyone: number; readonly root: CountedLine }) {
  return (
    <ol className={classes.lines}>
      <li className={classes.line}>
        <Text fw={600} className={classes.say}>
          <Trans>Everyone</Trans>
        </Text>
        <Figures left={everyone} everyone={everyone} />
      </li>
      <Line line={root} everyone={everyone} />
    </ol>
  );
}

function Line({ line, everyone }: { readonly line: CountedLine; readonly everyone: number }) {
  const names = useGroupNames();
  if (line.kind === 'condition') {
    return (
      <li className={classes.line}>
        <Text className={classes.say}>
          <Sentence text={line.sentence} />
        </Text>
        <Figures left={line.left} alone={line.alone} everyone={everyone} />
      </li>
    );
  }
  return (
    <li className={classes.group} data-kind={line.kind}>
      <div className={classes.line}>
        <span className={classes.say}>
          <span className={classes.join}>{names[line.kind]}</span>
        </span>
        {line.path !== '' || line.kind !== 'all' ? (
          <Figures left={line.left} alone={line.alone} everyone={everyone} />
        ) : null}
      </div>
      <ol className={classes.lines}>
        {line.children.map((child) => (
          <Line key={child.path} line={child} everyone={everyone} />
        ))}
      </ol>
    </li>
  );
}

export function useGroupNames(): Record<'all' | 'any' | 'none', string> {
  const { t } = useLingui();
  return { all: t`All of these`, any: t`Any of these`, none: t`None of these` };
}

function Figures(props: { readonly left: number | null; readonly alone?: number; readonly everyone: number }) {
  const { left, alone, everyone } = props;
  const { t } = useLingui();
  const format = useFormat();
  const share = left === null || everyone === 0 ? 0 : (left / everyone) * 100;
  return (
    <span className={classes.figures}>
      {left === null ? (
        <span className={classes.none} />
      ) : (
        <>
          <span className={classes.bar} aria-hidden>
            <span style={{ width: `${share}%` }} />
          </span>
          <b title={t`Left after this line`}>{format.number(left)}</b>
        </>
      )}
      <span className={classes.alone} {...(alone === undefined ? {} : { title: t`Matching this line alone` })}>
        {alone === undefined ? '' : format.number(alone)}
      </span>
    </span>
  );
}
