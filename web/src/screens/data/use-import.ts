import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { type Sent, upload } from '../../api/upload.ts';
import type { ImportCounts } from './import-result.tsx';

export type ImportRequest = {
  readonly file: File;
  readonly into: string;
  readonly mapping: Record<string, unknown>;
  /** Of a table to be made. */
  readonly key?: string;
  readonly owner?: string;
  readonly dryRun: boolean;
};
export type ImportAnswer = { readonly import_id: number; readonly counts: ImportCounts };

/** Runs an import or a dry run of one, says how far it is, and can be stopped; whatever ends it early, nothing is changed. */
export function useImport() {
  const queries = useQueryClient();
  const [sent, setSent] = useState<Sent>();
  const stopping = useRef<AbortController>(null);
  const run = useMutation({
    mutationFn: ({ file, into, mapping, key, owner, dryRun }: ImportRequest) => {
      const controller = new AbortController();
      stopping.current = controller;
      setSent({ sent: 0, of: file.size });
      const form = new FormData();
      form.set('into', into);
      form.set('map', JSON.stringify(mapping));
      form.set('dry_run', String(dryRun));
      if (key !== undefined) form.set('key', key);
      if (owner !== undefined) form.set('identity', owner);
      // The fields come before the file.
      form.set('file', file, file.name);
      return upload<ImportAnswer>('/api/imports', form, { onSent: setSent, signal: controller.signal });
    },
    onSettled: (_answer, _error, { dryRun }) => {
      setSent(undefined);
      void queries.invalidateQueries({ queryKey: ['imports'] });
      if (dryRun) return;
      for (const queryKey of [['tables'], ['people'], ['table-rows'], ['table-count']]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
  });
  return { run, sent, stop: () => stopping.current?.abort(new DOMException('Stopped', 'AbortError')) };
}
