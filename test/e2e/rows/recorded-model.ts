/** A model service that keeps what it was asked, word for word, and says what a test wants said to one of its tasks. */
import { think } from '../../../src/local/model/brain.ts';
import type { Answer, Conversation } from '../../../src/local/model/conversation.ts';
import { type ModelServer, startModelServer } from '../../../src/local/model/server.ts';

export interface SentBlock {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly tool_use_id?: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly content?: readonly SentBlock[];
}

/** The body of a Messages request, as far as the rows look into it. */
export interface SentRequest {
  readonly system: string | readonly SentBlock[];
  readonly messages: readonly { readonly role: string; readonly content: string | readonly SentBlock[] }[];
}

export type Script = (conversation: Conversation) => Answer;

export interface RecordedModel {
  readonly server: ModelServer;
  /** Oldest first. */
  readonly requests: readonly SentRequest[];
  /** What is said to every task that holds these words. */
  script(words: string, script: Script): void;
}

export async function startRecordedModel(apiKey: string): Promise<RecordedModel> {
  const requests: SentRequest[] = [];
  const scripts = new Map<string, Script>();
  const server = await startModelServer({
    apiKey,
    // Slow enough to be seen, quick enough to be waited for.
    paceMs: 4,
    log: () => {},
    faults: ({ body }) => {
      requests.push(body as SentRequest);
      return undefined;
    },
    brain: (conversation) => {
      const words = [...scripts.keys()].find((key) => conversation.task.includes(key));
      const script = words === undefined ? undefined : scripts.get(words);
      return (script ?? think)(conversation);
    },
  });
  return { server, requests, script: (words, script) => void scripts.set(words, script) };
}

/** Every text of the conversation, in order: what people and the model said, and what runs gave back. */
export function textsOf(request: SentRequest): readonly string[] {
  return request.messages.flatMap(({ content }) =>
    typeof content === 'string' ? [content] : content.flatMap(textsIn),
  );
}

function textsIn(block: SentBlock): readonly string[] {
  if (block.type === 'tool_use') return [String(block.input?.['code'] ?? '')];
  return block.text === undefined ? (block.content ?? []).flatMap(textsIn) : [block.text];
}

export function systemOf({ system }: SentRequest): string {
  return typeof system === 'string' ? system : system.map(({ text }) => text ?? '').join('\n');
}

/** What runs gave back, oldest first. */
export function resultsOf(request: SentRequest): readonly string[] {
  const blocks = request.messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  return blocks.filter(({ type }) => type === 'tool_result').map((block) => textsIn(block).join('\n'));
}
