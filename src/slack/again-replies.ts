/** The Slack side of the buttons under a finished turn: the form, the code for one person, the line in their place. */
import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { type Clock, pause } from '../clock.ts';
import type { ThreadRef } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { Replies } from '../ports.ts';
import { text } from './inbound-json.ts';
import { messageAt } from './message-at.ts';
import { editForm } from './modals.ts';
import type { EditScheduler } from './paced-editor.ts';
import type { SendResult } from './paced-editor-message.ts';
import { withRecord } from './render-buttons.ts';
import { renderCode } from './render-code.ts';
import { slackFailure } from './slack-errors.ts';

export interface AgainOptions {
  /** Must not retry by itself: a form's trigger is good for one call. */
  readonly client: WebClient;
  readonly scheduler: EditScheduler;
  readonly clock: Clock;
  readonly log: Log;
}

const RETIRE_ATTEMPTS = 4;
const RETIRE_PAUSE_MS = 2_000;

interface Edited {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

type AgainReplies = Pick<Replies, 'openForm' | 'showCode' | 'retire'>;

export function createAgainReplies({ client, scheduler, clock, log }: AgainOptions): AgainReplies {
  /** An edit like any other: it takes its turn in the budget, and is repeated until it stands or cannot. */
  async function replaced({ channel }: ThreadRef, ts: string, content: Edited): Promise<void> {
    const send = async (): Promise<SendResult> => {
      try {
        await client.chat.update({ channel, ts, ...content });
        return { kind: 'landed' };
      } catch (error) {
        const failure = slackFailure(error);
        log.warn({ channel, code: failure.code }, 'old buttons could not be replaced');
        if (failure.kind === 'limited') return { kind: 'limited', retryAfterMs: failure.retryAfterMs };
        return failure.kind === 'unclear' ? { kind: 'failed' } : { kind: 'gone' };
      }
    };
    const edits = scheduler.open<Edited | undefined>({ compose: () => content, same: () => false, send }, undefined);
    await edits.finish();
  }

  return {
    async openForm(trigger, form) {
      try {
        await client.views.open({ trigger_id: trigger, view: editForm(form) });
        return true;
      } catch (error) {
        log.warn({ channel: form.thread.channel, code: slackFailure(error).code }, 'a form could not be opened');
        return false;
      }
    },

    async showCode(channel, user, { threadTs }, runs) {
      try {
        for (const { text, blocks } of renderCode(runs)) {
          const content = { text, blocks: [...blocks] };
          await client.chat.postEphemeral({ channel, user, ...content, ...(threadTs && { thread_ts: threadTs }) });
        }
      } catch (error) {
        log.warn({ channel, code: slackFailure(error).code }, 'code could not be shown');
      }
    },

    async retire(thread, messageTs, record) {
      for (let attempt = 1; attempt <= RETIRE_ATTEMPTS; attempt += 1) {
        try {
          const message = await messageAt(client, thread, messageTs);
          const blocks = withRecord(message?.['blocks'], record);
          if (!blocks) return;
          const content = { text: text(message?.['text']) ?? '', blocks: blocks as unknown as KnownBlock[] };
          return await replaced(thread, messageTs, content);
        } catch (error) {
          const failure = slackFailure(error);
          log.warn({ channel: thread.channel, code: failure.code, attempt }, 'old buttons could not be read');
          if (failure.kind === 'refused' || attempt === RETIRE_ATTEMPTS) return;
          await pause(clock, failure.kind === 'limited' ? failure.retryAfterMs : RETIRE_PAUSE_MS);
        }
      }
    },
  };
}
