import { useState } from 'preact/hooks';
import { readCommand } from '../compose/command.ts';
import { type Draft, restored } from '../compose/drafts.ts';
import { withMentions } from '../compose/mentions.ts';
import type { DraftHandle } from '../compose/use-draft.ts';
import { usePage } from '../page-context.ts';
import type { Place } from '../place.ts';
import { channelById, channelsFor } from '../state/select.ts';

export interface Notice {
  readonly text: string;
  readonly offersInvite: boolean;
}

export interface SendHandle {
  readonly notice: Notice | null;
  readonly canSend: boolean;
  send(broadcast: boolean): Promise<void>;
  clearNotice(): void;
}

/** Sends a draft as a message or a command. The text leaves the box at once and comes back if it could not be sent. */
export function useSend(place: Place, handle: DraftHandle): SendHandle {
  const { state, session } = usePage();
  const [notice, setNotice] = useState<Notice | null>(null);
  const { draft, change } = handle;
  const ready = draft.uploads.every((upload) => upload.file !== undefined);
  const canSend = ready && (draft.text.trim() !== '' || draft.uploads.length > 0);
  const people = state.boot?.people ?? [];
  const bot = state.boot?.bot.userId ?? '';

  const post = async (sent: Draft, broadcast: boolean) => {
    const text = withMentions(sent.text.trim(), people, channelsFor(state));
    const files = sent.uploads.flatMap((upload) => (upload.file ? [upload.file.id] : []));
    const answer = await session.act({
      type: 'say',
      channel: place.channel,
      text,
      ...(place.threadTs === undefined ? {} : { threadTs: place.threadTs }),
      ...(files.length > 0 ? { files } : {}),
      ...(broadcast ? { broadcast } : {}),
    });
    const channel = channelById(state, place.channel);
    const isMissed = channel?.kind !== 'im' && channel?.botIsMember === false && text.includes(`<@${bot}>`);
    if (answer.ok && isMissed) {
      const name = state.boot?.bot.appName ?? 'The app';
      setNotice({ text: `${name} is not in #${channel.name}. Add it, and it answers.`, offersInvite: true });
    }
    return answer.ok;
  };

  const send = async (broadcast: boolean) => {
    if (!canSend) return;
    const reading = readCommand(draft.text, state.boot?.commands ?? [], place.threadTs !== undefined);
    if (reading.kind === 'refused') return setNotice({ text: reading.reason, offersInvite: false });
    if (reading.kind === 'run' && draft.uploads.length > 0) {
      const text = 'Files cannot go with a command. Remove them, or mention the app in a message.';
      return setNotice({ text, offersInvite: false });
    }
    setNotice(null);
    const sent = draft;
    change(() => ({ text: '', uploads: [] }));
    const isSent =
      reading.kind === 'run'
        ? (await session.act({ type: 'command', channel: place.channel, command: reading.command, text: reading.text }))
            .ok
        : await post(sent, broadcast);
    if (!isSent) change((now) => restored(now, sent));
  };

  return { notice, canSend, send, clearNotice: () => setNotice(null) };
}
