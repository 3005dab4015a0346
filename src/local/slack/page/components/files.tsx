import type { PageFile } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';
import { DownloadLink, FileTile, FileWords } from './file-parts.tsx';
import { TextFile } from './text-file.tsx';

/** The files of a message: images side by side, then the rest one under another. */
export function Files({ files }: { readonly files: readonly PageFile[] }) {
  if (files.length === 0) return null;
  const isImage = (file: PageFile) => /^image\/(?:png|jpeg|gif|webp)$/.test(file.mimetype);
  const images = files.filter(isImage);
  return (
    <div class="files">
      {images.length > 0 && (
        <div class="file-images">
          {images.map((file) => (
            <ImageFile key={file.id} file={file} />
          ))}
        </div>
      )}
      {files
        .filter((file) => !isImage(file))
        .map((file) =>
          file.preview ? <TextFile key={file.id} file={file} /> : <FileCard key={file.id} file={file} />,
        )}
    </div>
  );
}

/** Pixels an image may take in the list; the lightbox shows it whole. */
const mostWidth = 480;
const mostHeight = 360;

function ImageFile({ file }: { readonly file: PageFile }) {
  const { showImage } = usePage();
  const scale = Math.min(1, mostWidth / (file.width ?? mostWidth), mostHeight / (file.height ?? mostHeight));
  // Known sizes are set before the image arrives, so that nothing jumps.
  const size =
    file.width && file.height ? { width: Math.round(file.width * scale), height: Math.round(file.height * scale) } : {};
  return (
    <figure class="file-image">
      <figcaption>
        {file.title || file.name} <DownloadLink file={file} />
      </figcaption>
      <button
        type="button"
        class="image-button"
        data-testid="file-image"
        aria-label={`Open ${file.name}`}
        onClick={() => showImage(file)}
      >
        <img src={file.url} alt={file.altText || file.name} {...size} />
      </button>
    </figure>
  );
}

export function FileCard({ file }: { readonly file: PageFile }) {
  return (
    <a class="file-card" data-testid="file-card" href={file.url} download={file.name}>
      <FileTile file={file} />
      <FileWords file={file} />
      <Icon name="download" size={18} />
    </a>
  );
}
