import type { PageFile } from '../../protocol.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';

export type Picture = Pick<PageFile, 'url' | 'name' | 'altText'>;

export function Lightbox({ picture, onClose }: { readonly picture: Picture; readonly onClose: () => void }) {
  return (
    <Dialog title={picture.name || 'Image'} onClose={onClose} class="lightbox" testId="lightbox">
      <div class="lightbox-stage">
        <img src={picture.url} alt={picture.altText || picture.name} />
      </div>
      <footer class="dialog-foot">
        <a class="button" href={picture.url} download={picture.name}>
          <Icon name="download" size={16} /> Download
        </a>
      </footer>
    </Dialog>
  );
}
