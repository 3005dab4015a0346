import { useEffect, useState } from 'preact/hooks';
import type { PageFile } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import type { Draft, UploadChip } from './drafts.ts';

export interface DraftHandle {
  readonly draft: Draft;
  change(change: (draft: Draft) => Draft): void;
  /** Uploads at once; a chip shows how it goes. It goes on when the person looks elsewhere meanwhile. */
  addFiles(files: readonly File[]): void;
}

/** The draft of one place, shared by whoever shows it. */
export function useDraft(key: string): DraftHandle {
  const { drafts, session } = usePage();
  const [, redraw] = useState({});
  useEffect(() => drafts.subscribe(() => redraw({})), [drafts]);
  const change: DraftHandle['change'] = (how) => drafts.update(key, how);

  const settle = (chip: UploadChip, outcome: { readonly file: PageFile } | { readonly error: string }) =>
    change((draft) => ({
      ...draft,
      uploads: draft.uploads.map((each) => (each.key === chip.key ? { ...each, ...outcome } : each)),
    }));
  const upload = async (file: File, chip: UploadChip) => {
    const answer = await session.upload(file);
    settle(chip, answer.ok ? { file: answer.file } : { error: answer.error });
  };
  return {
    draft: drafts.get(key),
    change,
    addFiles: (files) => {
      for (const file of files) {
        const chip: UploadChip = { key: drafts.nextChip(), name: file.name, sizeBytes: file.size };
        change((draft) => ({ ...draft, uploads: [...draft.uploads, chip] }));
        void upload(file, chip);
      }
    },
  };
}
