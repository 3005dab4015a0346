/** Slack's wire escaping: only `&`, `<` and `>`. */
export function escapeText(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function unescapeText(value: string): string {
  return value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

const safeSchemes = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** The address when a person may follow it, else undefined: `javascript:` and the like stay plain text. */
export function safeUrl(value: string): string | undefined {
  try {
    return safeSchemes.has(new URL(value).protocol) ? value : undefined;
  } catch {
    return undefined;
  }
}
