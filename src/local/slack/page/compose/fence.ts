/** Where the caret stands with respect to ``` fences. */

/** Whether Enter is a line break rather than "send": the caret stands after an opened and not yet closed fence. */
export function insideFence(text: string, caret: number): boolean {
  return (text.slice(0, caret).split('```').length - 1) % 2 === 1;
}

/** Whether `caret` is in a fence or in inline code, where `@`, `#` and `:` are just characters. */
export function insideCode(text: string, caret: number): boolean {
  if (insideFence(text, caret)) return true;
  const line = text.slice(0, caret).split('```').at(-1)?.split('\n').at(-1) ?? '';
  return (line.split('`').length - 1) % 2 === 1;
}

/** `text` as alternating stretches, literal (code) or not, whose texts joined are `text`. */
export function splitCode(text: string): readonly { readonly text: string; readonly isCode: boolean }[] {
  return text
    .split(/(```[\s\S]*?(?:```|$)|`[^`\n]+`)/)
    .map((part, index) => ({ text: part, isCode: index % 2 === 1 }))
    .filter((part) => part.text !== '');
}
