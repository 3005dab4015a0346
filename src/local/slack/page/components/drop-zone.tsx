import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useDraft } from '../compose/use-draft.ts';
import { usePage } from '../page-context.ts';
import { type Place, placeKey } from '../place.ts';

export interface DropZoneProps {
  readonly place: Place;
  readonly label: string;
  readonly children: ComponentChildren;
}

/** Files dropped anywhere on a channel or a thread are attached to what is being written there. */
export function DropZone({ place, label, children }: DropZoneProps) {
  const { state } = usePage();
  const { addFiles } = useDraft(`${state.me} ${placeKey(place)}`);
  const [isOver, setOver] = useState(false);
  /** Entering a child comes before leaving its parent: the zone is left when all are. */
  const depth = useRef(0);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
  const leave = (to: number) => {
    depth.current = to;
    setOver(to > 0);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the attach button does the same
    <div
      class="drop-zone"
      onDragEnter={(event) => {
        if (hasFiles(event)) leave(depth.current + 1);
      }}
      onDragLeave={(event) => {
        if (hasFiles(event)) leave(depth.current - 1);
      }}
      onDragOver={(event) => {
        if (hasFiles(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        leave(0);
        addFiles([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      {children}
      {isOver && <p class="drop-note">{label}</p>}
    </div>
  );
}
