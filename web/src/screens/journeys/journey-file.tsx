import { useMay } from '../../api/session.ts';
import { DefinitionEditor } from '../../definition-editor/definition-editor.tsx';
import classes from './journey.module.css';
import type { ShownJourney } from './use-journey.ts';

/** The definition as a file: the draft, or what is published. */
export function JourneyFile({ journey }: { readonly journey: ShownJourney }) {
  const mayWrite = useMay('definitions:write');
  return (
    <div className={classes.desk}>
      <DefinitionEditor key={journey.key} kind="journey" name={journey.key} mayWrite={mayWrite} canPublish={false} />
    </div>
  );
}
