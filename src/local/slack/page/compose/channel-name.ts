/** What was typed as a channel's name, in the characters Slack allows: at most 80 lower-case letters, digits, `-`, `_`. */
export function channelName(typed: string): string {
  return typed
    .toLowerCase()
    .replace(/[\s.]+/g, '-')
    .replace(/[^\p{Ll}\p{Lo}\p{N}_-]/gu, '')
    .slice(0, 80);
}
