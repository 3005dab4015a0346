import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { cx } from './cx.ts';

export interface PopoverButtonProps {
  readonly label: string;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly testId?: string;
  readonly title?: string;
  readonly disabled?: boolean;
  /** Where the popover opens relative to the button, when there is room. */
  readonly side?: 'above' | 'below';
  readonly align?: 'start' | 'end';
  readonly haspopup?: 'menu' | 'dialog' | 'listbox';
  readonly content: (close: () => void) => ComponentChildren;
}

/** A button that opens something beside it, in the browser's top layer: Escape and a click elsewhere close it. */
export function PopoverButton(props: PopoverButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // A press on the button of an open popover dismisses it first; the click that follows must not open it again.
  const wasOpen = useRef(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        class={cx(props.class, isOpen && 'is-open')}
        aria-label={props.label}
        aria-haspopup={props.haspopup ?? 'menu'}
        aria-expanded={isOpen}
        title={props.title}
        disabled={props.disabled}
        data-testid={props.testId}
        onPointerDown={() => {
          wasOpen.current = isOpen;
        }}
        onClick={(event) => {
          event.stopPropagation();
          setOpen(!wasOpen.current);
          wasOpen.current = false;
        }}
      >
        {props.children}
      </button>
      {isOpen && (
        <Popover
          anchor={button}
          side={props.side ?? 'below'}
          align={props.align ?? 'start'}
          onClosed={() => setOpen(false)}
          content={props.content}
        />
      )}
    </>
  );
}

interface PopoverProps {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly side: 'above' | 'below';
  readonly align: 'start' | 'end';
  readonly onClosed: () => void;
  readonly content: (close: () => void) => ComponentChildren;
}

function Popover({ anchor, side, align, onClosed, content }: PopoverProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const onToggle = (event: Event) => {
      if ((event as ToggleEvent).newState === 'closed') onClosed();
    };
    element.addEventListener('toggle', onToggle);
    element.addEventListener('keydown', moveFocus);
    element.showPopover();
    if (anchor.current) placeBeside(element, anchor.current.getBoundingClientRect(), side, align);
    element.querySelector<HTMLElement>('[data-autofocus], button, input, a')?.focus();
    return () => {
      element.removeEventListener('toggle', onToggle);
      element.removeEventListener('keydown', moveFocus);
    };
  }, []);
  return (
    <div ref={box} class="popover" popover="auto">
      {content(() => box.current?.hidePopover())}
    </div>
  );
}

const margin = 8;

/** Keeps the whole popover in the window: flips above or below, then shifts sideways. */
function placeBeside(element: HTMLElement, at: DOMRect, side: 'above' | 'below', align: 'start' | 'end'): void {
  const { width, height } = element.getBoundingClientRect();
  const below = at.bottom + 4;
  const above = at.top - height - 4;
  const fitsBelow = below + height <= window.innerHeight - margin;
  const fitsAbove = above >= margin;
  const wanted = side === 'above' ? (fitsAbove || !fitsBelow ? above : below) : fitsBelow || !fitsAbove ? below : above;
  const left = align === 'start' ? at.left : at.right - width;
  element.style.top = `${clamp(wanted, margin, window.innerHeight - height - margin)}px`;
  element.style.left = `${clamp(left, margin, window.innerWidth - width - margin)}px`;
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));

/** Arrow keys move through the choices; no key reaches what lies behind. */
function moveFocus(event: KeyboardEvent): void {
  event.stopPropagation();
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const root = event.currentTarget;
  if (step === undefined || !(root instanceof HTMLElement) || event.target instanceof HTMLInputElement) return;
  const choices = [...root.querySelectorAll<HTMLElement>('button:not(:disabled), a')];
  const at = choices.indexOf(document.activeElement as HTMLElement);
  choices.at((at + step + choices.length) % choices.length)?.focus();
  event.preventDefault();
}
