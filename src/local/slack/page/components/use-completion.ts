import { useState } from 'preact/hooks';
import { type Completion, completionAt } from '../compose/complete.ts';
import { type Option, optionsFor, type Vocabulary } from '../compose/options.ts';

export interface CompletionHandle {
  readonly completion: Completion | undefined;
  readonly options: readonly Option[];
  readonly active: number;
  /** Tells where the caret is, after every key and click. */
  moveCaret(caret: number): void;
  /** Handles a key; true when it was for the list. */
  onKey(event: KeyboardEvent): boolean;
}

export function useCompletion(text: string, words: Vocabulary, choose: (option: Option) => void): CompletionHandle {
  const [caret, setCaret] = useState(0);
  const [active, setActive] = useState(0);
  /** The stretch for which the person closed the list. */
  const [dismissed, setDismissed] = useState(-1);
  const completion = completionAt(text, Math.min(caret, text.length));
  const isOpen = completion !== undefined && completion.from !== dismissed;
  const options = isOpen ? optionsFor(completion, words) : [];
  const at = Math.min(active, Math.max(0, options.length - 1));
  const move = (step: number) => setActive((at + step + options.length) % options.length);
  return {
    completion,
    options,
    active: at,
    moveCaret: (next) => {
      if (next === caret) return;
      setCaret(next);
      setActive(0);
      if (completionAt(text, next) === undefined) setDismissed(-1);
    },
    onKey: (event) => {
      const option = options[at];
      if (option === undefined) return false;
      if (event.key === 'ArrowDown') move(1);
      else if (event.key === 'ArrowUp') move(-1);
      else if (event.key === 'Escape') setDismissed(completion?.from ?? -1);
      else if (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey)) choose(option);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
