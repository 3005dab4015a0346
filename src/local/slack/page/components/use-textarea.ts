import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Edit } from '../compose/complete.ts';

/** A textarea that grows with its text, and whose caret can be set together with the text. */
export function useTextarea(text: string, onEdit: (text: string) => void) {
  const area = useRef<HTMLTextAreaElement>(null);
  /** Where the caret goes once the new text is in the element. */
  const caret = useRef<number | null>(null);
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
    if (caret.current !== null) {
      element.setSelectionRange(caret.current, caret.current);
      caret.current = null;
    }
  }, [text]);
  return {
    area,
    apply: (edit: Edit) => {
      area.current?.focus();
      if (edit.text === text) area.current?.setSelectionRange(edit.caret, edit.caret);
      else caret.current = edit.caret;
      onEdit(edit.text);
    },
    selection: (): readonly [from: number, to: number] => {
      const element = area.current;
      return element ? [element.selectionStart, element.selectionEnd] : [text.length, text.length];
    },
  };
}
