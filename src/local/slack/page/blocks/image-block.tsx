import { useState } from 'preact/hooks';
import type { PageFile } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { safeUrl } from '../text/escape.ts';
import { asFields, asNumber, asText, type Fields } from './fields.ts';
import { useBlockHost } from './host.ts';

/** The address of an image block or element: a file of the message, or a web address. Empty when there is none. */
export function imageSource(image: Fields, files: readonly PageFile[]): string {
  const reference = asFields(image['slack_file']);
  const id = asText(reference['id']);
  const named = files.find((file) => file.id === id);
  if (named) return named.url;
  return asText(reference['url']) || asText(image['image_url']);
}

/** The page loads images only from the workspace itself; an image elsewhere becomes a link that says so. */
export function BlockImage({ image, title }: { readonly image: Fields; readonly title: string }) {
  const { showImage } = usePage();
  const { files } = useBlockHost();
  const [isBroken, setBroken] = useState(false);
  const url = imageSource(image, files);
  const altText = asText(image['alt_text']);
  if (url === '' || isBroken) return <MissingImage url={url} altText={altText} />;
  return (
    <button type="button" class="image-button" onClick={() => showImage({ url, name: title || altText, altText })}>
      <img
        src={url}
        alt={altText}
        width={asNumber(image['image_width'], 0) || undefined}
        height={asNumber(image['image_height'], 0) || undefined}
        onError={() => setBroken(true)}
      />
    </button>
  );
}

function MissingImage({ url, altText }: { readonly url: string; readonly altText: string }) {
  const link = safeUrl(url);
  return (
    <p class="block-unknown">
      Image: {altText || 'no description'}
      {link && (
        <>
          {' '}
          <a href={link} target="_blank" rel="noreferrer noopener">
            Open it
          </a>
        </>
      )}
    </p>
  );
}
