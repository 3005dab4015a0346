/** Where the rows are played: a whole world in one of the two modes, with a model that keeps what it is asked. */
import { expect } from 'vitest';
import type { Env } from '../../../src/config.ts';
import { freePort } from '../../fakes/free-port.ts';
import { type ControlMessage, type SayOptions, until } from '../../fakes/slack-control.ts';
import { answers, finished, mention, read, startWorld, type World } from '../world.ts';
import { type RecordedModel, startRecordedModel } from './recorded-model.ts';

/** How Slack reaches the bot: by a socket that the bot opens, or by signed requests. */
export type Mode = 'socket' | 'http';

export type Ephemeral = Awaited<ReturnType<World['control']['ephemerals']>>[number];

const MODEL_KEY = 'the-key-of-the-model';
const FENCE = '```';

/** A message of nothing but code. */
export function fence(source: string, language = 'python'): string {
  return `${FENCE}${language}\n${source}\n${FENCE}`;
}

/** Runs until it is stopped. Once the answer shows "started", which its code does not say, it runs. */
export const FOREVER = fence('import time\nkept = 1\nprint("star" "ted", flush=True)\nwhile True: time.sleep(0.05)');

export class Stage {
  readonly mode: Mode;
  readonly world: World;
  readonly model: RecordedModel;

  private constructor(mode: Mode, world: World, model: RecordedModel) {
    this.mode = mode;
    this.world = world;
    this.model = model;
  }

  static async open(mode: Mode): Promise<Stage> {
    const model = await startRecordedModel(MODEL_KEY);
    try {
      const service = {
        ANTHROPIC_API_KEY: MODEL_KEY,
        ANTHROPIC_BASE_URL: model.server.url,
        ANTHROPIC_MODEL: 'threadbox-scripted',
        MODEL_INPUT_PRICE: '2',
        MODEL_OUTPUT_PRICE: '10',
      };
      const botPort = mode === 'http' ? { botPort: await freePort() } : {};
      return new Stage(mode, await startWorld(service, botPort), model);
    } catch (error) {
      await model.server.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.world.stop();
    await this.model.server.stop();
  }

  /** Ends the sandboxes that a part has left, for a host has only so many at once. */
  async clear(): Promise<void> {
    const { E2B_API_URL: url = '', E2B_API_KEY: key = '' } = this.world.services.env;
    const headers = { 'x-api-key': key };
    const left = (await (await fetch(`${url}/v2/sandboxes`, { headers })).json()) as readonly { sandboxID: string }[];
    const end = ({ sandboxID }: { sandboxID: string }) =>
      fetch(`${url}/sandboxes/${sandboxID}`, { method: 'DELETE', headers });
    await Promise.all(left.map(end));
  }

  get control() {
    return this.world.control;
  }

  /** Plays a part with other variables, then goes back to the usual ones. */
  async withVariables(change: Env, part: () => Promise<void>): Promise<void> {
    await this.world.stopBot();
    await this.world.startBot(change);
    try {
      await part();
    } finally {
      await this.world.stopBot();
      await this.world.startBot();
    }
  }

  /** A mention in a channel. Resolves with its ts, which is the thread's. */
  async ask(
    text: string,
    options: SayOptions & { readonly as?: string; readonly channel?: string } = {},
  ): Promise<string> {
    const { as = this.world.ada, channel = this.world.general, ...more } = options;
    return this.control.say(as, channel, await mention(this.control, text), more);
  }

  /** Something said in a thread, without a mention. */
  async reply(root: string, text: string, as = this.world.ada, channel = this.world.general): Promise<string> {
    return this.control.say(as, channel, text, { threadTs: root });
  }

  /** The nth answer of a thread (the first is 0), once it has its last state. */
  async answer(root: string, nth = 0, channel = this.world.general): Promise<ControlMessage> {
    return finished(this.control, channel, root, nth);
  }

  /** What a person reads in it. */
  async shown(root: string, nth = 0, channel = this.world.general): Promise<string> {
    return read(await this.answer(root, nth, channel));
  }

  async answers(root: string, channel = this.world.general): Promise<readonly ControlMessage[]> {
    return answers(this.control, channel, root);
  }

  /** The nth answer once it shows these words, finished or not. */
  async showing(root: string, words: RegExp, nth = 0, channel = this.world.general): Promise<ControlMessage> {
    const shows = (found: readonly ControlMessage[]) => {
      const answer = found[nth];
      return answer !== undefined && words.test(read(answer));
    };
    return (await until(() => this.answers(root, channel), shows, 30_000))[nth] ?? expect.fail('no answer');
  }

  /** A message of the thread whose text is like that, once it stands there. */
  async said(root: string, words: RegExp, channel = this.world.general): Promise<ControlMessage> {
    const find = async () => (await this.control.thread(channel, root)).find(({ text }) => words.test(text));
    return (await until(find, (found) => found !== undefined)) ?? expect.fail('not said');
  }

  /** What only one person sees, once it is there. */
  async whispered(words: RegExp): Promise<Ephemeral> {
    const find = async () => (await this.control.ephemerals()).findLast(({ text }) => words.test(text));
    return (await until(find, (found) => found !== undefined)) ?? expect.fail('not whispered');
  }

  async reactions(ts: string, channel = this.world.general): Promise<readonly string[]> {
    const messages = await this.control.thread(channel, ts);
    const own = messages.find((message) => message.ts === ts);
    return (own?.reactions ?? []).map(({ name }) => name);
  }

  /** `/run` as somebody types it. */
  async run(text: string, as = this.world.ada, channel = this.world.general): Promise<void> {
    expect(await this.control.act({ as, type: 'command', channel, command: '/run', text })).toEqual({ ok: true });
  }

  /** The root that the bot posted for a command. */
  async opened(words: RegExp, channel = this.world.general): Promise<ControlMessage> {
    const find = async () => (await this.control.messages(channel)).findLast(({ text }) => words.test(text));
    return (await until(find, (found) => found !== undefined)) ?? expect.fail('no thread was opened');
  }

  /** Presses a button of a message. */
  async press(message: Ephemeral | ControlMessage, actionId: string, as = this.world.ada): Promise<void> {
    const block = message.blocks.find((one) => one.type === 'actions' && JSON.stringify(one).includes(actionId));
    const blockId = String(block?.['block_id'] ?? expect.fail(`no button ${actionId}`));
    const at = { channel: message.channel, ts: message.ts, blockId };
    expect(await this.control.act({ as, type: 'press', ...at, actionId })).toEqual({ ok: true });
  }

  /** The message as it stands once it is like that. */
  async become(message: ControlMessage, isThere: (now: ControlMessage) => boolean): Promise<ControlMessage> {
    const root = message.threadTs ?? message.ts;
    const find = async () =>
      (await this.control.thread(message.channel, root)).find(({ ts }) => ts === message.ts) ?? expect.fail('gone');
    return until(find, isThere);
  }

  /** The files of a thread, once one of them has this name. */
  async fileIn(root: string, name: string, channel = this.world.general): Promise<Buffer> {
    const list = async () => (await this.control.thread(channel, root)).flatMap(({ files }) => files);
    const files = await until(list, (found) => found.some((file) => file.name === name));
    return this.control.fileBytes(files.find((file) => file.name === name)?.id ?? '');
  }

  /** Uploads as Ada; the ids go with a message. */
  async upload(files: Readonly<Record<string, Uint8Array | string>>): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const [name, content] of Object.entries(files)) {
      ids.push((await this.control.upload(this.world.ada, name, Buffer.from(content))).id);
    }
    return ids;
  }

  /** Events come in order: once this is answered, everything that was said before has been taken or left. */
  async settled(): Promise<void> {
    await this.said(await this.ask(''), /Mention me with a task/);
  }
}

/** The action ids of a message's buttons, in order. */
export function buttonsOf(message: { readonly blocks: ControlMessage['blocks'] }): readonly string[] {
  return message.blocks
    .filter((block) => block.type === 'actions')
    .flatMap((block) => block['elements'] as readonly { readonly action_id: string }[])
    .map(({ action_id }) => action_id);
}
