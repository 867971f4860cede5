import { Trans, useLingui } from '@lingui/react/macro';
import { Text, UnstyledButton } from '@mantine/core';
import { Check, CircleAlert } from 'lucide-react';
import classes from './definition-editor.module.css';
import type { TextProblem } from './problem.ts';

/** Everything wrong with a text; each line leads to its place. */
export function ProblemList(props: {
  readonly problems: readonly TextProblem[] | undefined;
  readonly onOpen: (problem: TextProblem) => void;
}) {
  const { t } = useLingui();
  const { problems } = props;
  if (problems === undefined) return null;
  if (problems.length === 0) {
    return (
      <Text size="sm" c="dimmed" className={classes.sound}>
        <Check size={14} aria-hidden /> <Trans>Nothing is wrong with this text.</Trans>
      </Text>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <ul className={classes.problems} aria-label={t`Problems`} tabIndex={0}>
      {problems.map((problem, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two problems may be equal in every word.
        <li key={index}>
          <UnstyledButton className={classes.problem} onClick={() => props.onOpen(problem)}>
            <CircleAlert size={14} aria-hidden color="var(--failed)" />
            <span>
              {problem.line !== undefined && (
                <Text span size="sm" c="dimmed">
                  <Trans>Line {problem.line}</Trans>{' '}
                </Text>
              )}
              {problem.path !== '' && <code>{problem.path}</code>} {problem.message}{' '}
              {problem.suggestion !== undefined && <Trans>Did you mean “{problem.suggestion}”?</Trans>}
            </span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
