import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { highlight } from '../text/highlight.ts';
import { Icon } from '../ui/icon.tsx';

export interface CodeBlockProps {
  readonly text: string;
  readonly language?: string | undefined;
}

/** Within this many pixels of its end a block counts as scrolled to the end. */
const nearEnd = 12;

/**
 * Preformatted text. Its element survives live edits: somebody who reads in the middle stays there, and a block that was at
 * its end follows the output.
 */
export function CodeBlock({ text, language }: CodeBlockProps) {
  const pre = useRef<HTMLPreElement>(null);
  const followsEnd = useRef(false);
  const lastTop = useRef(0);
  const tokens = useMemo(() => highlight(text, language), [text, language]);
  useLayoutEffect(() => {
    const element = pre.current;
    if (!element) return;
    if (followsEnd.current) element.scrollTop = element.scrollHeight;
    // A block that does not scroll yet follows its end once it grows beyond its height.
    followsEnd.current = isAtEnd(element);
  }, [text]);
  return (
    <div class="code-block">
      <pre
        ref={pre}
        onScroll={(event) => {
          const element = event.currentTarget;
          // Text that grew since the last frame leaves a distance too; only moving up lets go of the end.
          if (isAtEnd(element)) followsEnd.current = true;
          else if (element.scrollTop < lastTop.current) followsEnd.current = false;
          lastTop.current = element.scrollTop;
        }}
      >
        {tokens.map((token, index) =>
          token.className === '' ? (
            token.text
          ) : (
            <span key={index} class={token.className}>
              {token.text}
            </span>
          ),
        )}
      </pre>
      <div class="code-tools">
        {language && <span class="code-language">{language}</span>}
        <CopyButton text={text} />
      </div>
    </div>
  );
}

function isAtEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < nearEnd;
}

function CopyButton({ text }: { readonly text: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch {
      // The browser forbids it; the text can still be selected.
    }
  };
  return (
    <button type="button" class="code-copy" aria-label={isCopied ? 'Copied' : 'Copy'} title="Copy" onClick={copy}>
      <Icon name={isCopied ? 'check' : 'copy'} size={16} />
    </button>
  );
}
