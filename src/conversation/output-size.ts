/**
 * How much of a chat message a text takes: its characters, with `&`, `<` and `>` at the length of their escapes, since
 * that is how a message is counted on the way. A text that fits by this count fits by every gentler one.
 */
export function messageSize(text: string): number {
  let size = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x26) size += 4;
    else if (code === 0x3c || code === 0x3e) size += 3;
  }
  return size;
}
