/** What a composed text that begins with `/` means. */
import type { PageCommand } from '../../protocol.ts';

export type CommandReading =
  | { readonly kind: 'none' }
  /** Known, and typed in the channel. */
  | { readonly kind: 'run'; readonly command: string; readonly text: string }
  /** Slack has no slash commands in threads. */
  | { readonly kind: 'refused'; readonly reason: string };

export function readCommand(typed: string, commands: readonly PageCommand[], inThread: boolean): CommandReading {
  const [, name, rest = ''] = /^(\/[a-z][a-z0-9_-]*)(?:\s+([\s\S]*))?$/i.exec(typed.trimEnd()) ?? [];
  if (name === undefined) return { kind: 'none' };
  const known = commands.find((command) => command.command === name.toLowerCase());
  if (!known)
    return { kind: 'refused', reason: `${name} is not a command here. Put a space before it to send it as text.` };
  if (inThread) {
    return {
      kind: 'refused',
      reason: `${name} does not work in threads. Reply in plain words, or use it in the channel.`,
    };
  }
  return { kind: 'run', command: known.command, text: rest.trim() };
}
