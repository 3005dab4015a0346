/** The parts that every drawing of a file is made of. */
import type { PageFile } from '../../protocol.ts';
import { bytes, fileKind } from '../text/amounts.ts';
import { Icon, type IconName } from '../ui/icon.tsx';

export function DownloadLink({ file }: { readonly file: PageFile }) {
  return (
    <a
      class="icon-button file-download"
      href={file.url}
      download={file.name}
      aria-label={`Download ${file.name}`}
      title="Download"
    >
      <Icon name="download" size={16} />
    </a>
  );
}

export function FileWords({ file }: { readonly file: PageFile }) {
  return (
    <span class="file-words">
      <span class="file-name">{file.title || file.name}</span>
      <small>
        {fileKind(file.name, file.mimetype)} · {bytes(file.sizeBytes)}
      </small>
    </span>
  );
}

const tiles: readonly (readonly [RegExp, IconName, string])[] = [
  [/csv|tsv|excel|spreadsheet|parquet/, 'table', 'tile-green'],
  [/python|javascript|json|x-sh|html|xml/, 'code', 'tile-blue'],
  [/^image\//, 'image', 'tile-purple'],
  [/^text\/plain|log/, 'terminal', 'tile-grey'],
];

export function FileTile({ file }: { readonly file: PageFile }) {
  const kind = `${file.mimetype} ${file.name}`;
  const [, icon, className] = tiles.find(([pattern]) => pattern.test(kind)) ?? [/./, 'file' as const, 'tile-grey'];
  return (
    <span class={`file-tile ${className}`}>
      <Icon name={icon} size={22} />
    </span>
  );
}
