import type { UploadChip } from '../compose/drafts.ts';
import { bytes } from '../text/amounts.ts';
import { Icon } from '../ui/icon.tsx';
import { Spinner } from '../ui/spinner.tsx';

export interface UploadChipsProps {
  readonly uploads: readonly UploadChip[];
  readonly onRemove: (key: number) => void;
}

/** The files that will go with the message. */
export function UploadChips({ uploads, onRemove }: UploadChipsProps) {
  if (uploads.length === 0) return null;
  return (
    <ul class="chips composer-chips" aria-label="Attached files">
      {uploads.map((upload) => (
        <li key={upload.key} class={upload.error ? 'chip has-error' : 'chip'} data-testid="upload-chip">
          <ChipPicture upload={upload} />
          <span class="chip-text">
            <span class="chip-name">{upload.name}</span>
            <small>{upload.error ?? (upload.file ? bytes(upload.sizeBytes) : 'Uploading…')}</small>
          </span>
          <button
            type="button"
            class="chip-remove"
            aria-label={`Remove ${upload.name}`}
            onClick={() => onRemove(upload.key)}
          >
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function ChipPicture({ upload }: { readonly upload: UploadChip }) {
  if (upload.error) return <Icon name="warning" />;
  if (!upload.file) return <Spinner />;
  if (upload.file.mimetype.startsWith('image/'))
    return <img class="chip-image" src={upload.file.url} alt="" width={32} height={32} />;
  return <Icon name="file" />;
}
