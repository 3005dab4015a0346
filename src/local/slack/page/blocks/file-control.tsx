import { useState } from 'preact/hooks';
import type { PageFile } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { bytes } from '../text/amounts.ts';
import { Icon } from '../ui/icon.tsx';
import { Spinner } from '../ui/spinner.tsx';
import type { ControlProps } from './control-props.ts';
import { asNumber, asText } from './fields.ts';

/** `file_input`: the value is the ids of uploaded files. */
export function FileControl({ element, id, value, onChange, isInvalid, isDisabled, describedBy }: ControlProps) {
  const { session } = usePage();
  const [files, setFiles] = useState<readonly PageFile[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const most = asNumber(element['max_files'], 10);
  const types = Array.isArray(element['filetypes']) ? element['filetypes'].map((type) => `.${asText(type)}`) : [];
  const hold = (next: readonly PageFile[]) => {
    setFiles(next);
    onChange(next.map((file) => file.id));
  };
  const add = async (chosen: readonly File[]) => {
    setBusy(true);
    setError('');
    let next = files;
    for (const file of chosen.slice(0, most - files.length)) {
      const answer = await session.upload(file);
      if (answer.ok) next = [...next, answer.file];
      else setError(answer.error);
    }
    hold(next);
    setBusy(false);
  };
  return (
    <div class="file-control">
      <ul class="chips">
        {files.map((file) => (
          <li key={file.id} class="chip">
            <Icon name="file" size={18} />
            <span class="chip-name">{file.name}</span>
            <small>{bytes(file.sizeBytes)}</small>
            <button
              type="button"
              class="chip-remove"
              aria-label={`Remove ${file.name}`}
              onClick={() => hold(files.filter((each) => each.id !== file.id))}
            >
              <Icon name="close" size={14} />
            </button>
          </li>
        ))}
      </ul>
      {value.length < most && (
        <label class="button file-button">
          {isBusy ? <Spinner /> : <Icon name="plus" size={16} />} Add a file
          <input
            id={id}
            type="file"
            class="visually-hidden"
            multiple={most > 1}
            accept={types.join(',')}
            disabled={isBusy || isDisabled}
            aria-invalid={isInvalid}
            aria-describedby={describedBy}
            data-testid={`input-${asText(element['action_id'])}`}
            onChange={(event) => void add([...(event.currentTarget.files ?? [])])}
          />
        </label>
      )}
      {error !== '' && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
