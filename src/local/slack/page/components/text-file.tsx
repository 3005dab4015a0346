import { useMemo, useState } from 'preact/hooks';
import type { PageFile } from '../../protocol.ts';
import { CodeBlock } from '../blocks/code-block.tsx';
import { bytes } from '../text/amounts.ts';
import { languageOfFile } from '../text/languages.ts';
import { DownloadLink, FileTile, FileWords } from './file-parts.tsx';

/** Larger files are downloaded rather than shown. */
const mostShownBytes = 300_000;

/** A text file with its first lines; the rest is fetched when asked for. */
export function TextFile({ file }: { readonly file: PageFile }) {
  const [whole, setWhole] = useState<string | null>(null);
  const [error, setError] = useState('');
  const language = languageOfFile(file.name);
  const shown = whole ?? file.preview ?? '';
  const hidden = useMemo(() => file.sizeBytes - new TextEncoder().encode(file.preview ?? '').length, [file]);
  const expand = async () => {
    try {
      const response = await fetch(file.url);
      if (!response.ok) throw new Error(String(response.status));
      setWhole(await response.text());
    } catch {
      setError('The file could not be loaded. Download it instead.');
    }
  };
  return (
    <div class="text-file" data-testid="file-card">
      <div class="text-file-head">
        <FileTile file={file} />
        <FileWords file={file} />
        <DownloadLink file={file} />
      </div>
      <CodeBlock text={shown.replace(/\n$/, '')} language={language} />
      {whole === null && hidden > 0 && file.sizeBytes <= mostShownBytes && (
        <button type="button" class="link text-file-more" onClick={() => void expand()}>
          Show all ({bytes(file.sizeBytes)})
        </button>
      )}
      {whole !== null && hidden > 0 && (
        <button type="button" class="link text-file-more" onClick={() => setWhole(null)}>
          Show less
        </button>
      )}
      {error !== '' && <p class="field-error">{error}</p>}
    </div>
  );
}
