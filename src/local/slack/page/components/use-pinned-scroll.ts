import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Within this many pixels of the end the list counts as being at its end. */
const nearEnd = 48;

/** Older messages are asked for when less than this many pixels are left above. */
const nearStart = 240;

export interface PinnedScrollOptions {
  readonly firstKey: string;
  readonly lastKey: string;
  /** One's own message always scrolls into view. */
  readonly lastIsMine: boolean;
  readonly onNearStart: () => void;
}

/**
 * A list that stays at its end while it grows there, live edits included, and that stays where the person reads otherwise:
 * the browser's scroll anchoring holds the place against changes above, except when older messages are put in front of the
 * very first one; that place is measured and restored here.
 */
export function usePinnedScroll({ firstKey, lastKey, lastIsMine, onNearStart }: PinnedScrollOptions) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLOListElement>(null);
  const isPinned = useRef(true);
  const first = useRef({ key: '', top: 0 });
  const lastSeen = useRef('');
  const lastTop = useRef(0);
  const [unseen, setUnseen] = useState(0);

  const toEnd = () => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  const measureFirst = () => {
    first.current = { key: firstKey, top: topOf(box.current, firstKey) };
  };

  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (isPinned.current) toEnd();
    });
    if (box.current) observer.observe(box.current);
    if (content.current) observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const isNew = lastKey > lastSeen.current && lastSeen.current !== '';
    lastSeen.current = lastKey;
    if (isNew && lastIsMine) isPinned.current = true;
    if (isPinned.current) toEnd();
    else if (isNew) setUnseen((now) => now + 1);
  }, [lastKey]);

  useLayoutEffect(() => {
    const before = first.current;
    const element = box.current;
    if (element && before.key !== '' && before.key !== firstKey && !isPinned.current) {
      element.scrollTop += topOf(element, before.key) - before.top;
    }
    measureFirst();
  }, [firstKey]);

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    // Only moving up lets go of the end: content that grew since the last frame also leaves a distance to it.
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < nearEnd;
    if (isAtEnd) isPinned.current = true;
    else if (element.scrollTop < lastTop.current) isPinned.current = false;
    lastTop.current = element.scrollTop;
    if (isPinned.current) setUnseen(0);
    measureFirst();
    if (element.scrollTop < nearStart) onNearStart();
  };

  return {
    box,
    content,
    unseen,
    onScroll,
    jumpToEnd: () => {
      isPinned.current = true;
      setUnseen(0);
      toEnd();
    },
  };
}

/** Where the message stands in the box, in pixels from its upper edge. */
function topOf(box: HTMLElement | null, key: string): number {
  const message = box?.querySelector(`[data-ts="${CSS.escape(key)}"]`);
  if (!box || !message) return 0;
  return message.getBoundingClientRect().top - box.getBoundingClientRect().top;
}
