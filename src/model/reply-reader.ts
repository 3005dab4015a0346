/**
 * Folds the stream of one reply into ModelEvents: words and code as they come, each call when it is whole, and the end.
 * The state is that of one reply; nothing here does I/O.
 */
import { type Code, LANGUAGES, type Language, type ThoughtBlock, type TokenUsage } from '../conversation/events.ts';
import type { ModelEvent } from '../ports.ts';
import { stopFailure } from './failures.ts';
import { RUN_CODE_TOOL } from './instructions.ts';
import { PartialCode } from './partial-code.ts';
import { Thoughts } from './thoughts.ts';
import type { WireEvent, WireUsage } from './wire.ts';

interface CallBlock {
  readonly id: string;
  readonly name: string;
  /** Some servers send the whole input at the start of the block and no deltas. */
  readonly input: unknown;
  readonly partial: PartialCode;
  json: string;
  shown: string;
}

/** Shown while the language is not known, where a model writes `code` first. */
const PROVISIONAL_LANGUAGE: Language = 'python';
/** What models call our languages now and then. */
const OTHER_NAMES: ReadonlyMap<string, Language> = new Map([
  ['py', 'python'],
  ['js', 'javascript'],
  ['node', 'javascript'],
  ['sh', 'bash'],
]);
/** Between two blocks of words of one reply. */
const GAP = '\n\n';

export class ReplyReader {
  #words = '';
  #gapDue = false;
  #calls = new Map<number, CallBlock>();
  #badCalls: ModelEvent[] = [];
  #callCount = 0;
  #stopReason: string | undefined;
  #usage: TokenUsage = { inputTokens: 0, outputTokens: 0 };
  #shown = false;
  readonly #thoughts = new Thoughts();

  /** True once any of the reply was handed out. */
  get shown(): boolean {
    return this.#shown;
  }

  get usage(): TokenUsage {
    return this.#usage;
  }

  /** True once the server has said why it stopped: a stream that ends before that was cut. */
  get complete(): boolean {
    return this.#stopReason !== undefined;
  }

  /** The blocks of a whole reply, to go back with the results of its calls; undefined where nothing was thought. */
  get thoughts(): readonly ThoughtBlock[] | undefined {
    // A call that cannot be run is answered in another form than it was made in.
    return this.#badCalls.length === 0 && this.#callCount > 0 ? this.#thoughts.blocks : undefined;
  }

  /** What one event of the stream means. An `error` event is the caller's. */
  read(event: WireEvent): readonly ModelEvent[] {
    this.#thoughts.read(event);
    const events = this.#fold(event);
    if (events.length > 0) this.#shown = true;
    return events;
  }

  #fold(event: WireEvent): readonly ModelEvent[] {
    switch (event.type) {
      case 'message_start':
        this.#count(event.message.usage);
        return [];
      case 'content_block_start':
        return this.#begin(event.index, event.content_block);
      case 'content_block_delta':
        if (event.delta.type === 'text_delta') return this.#say(event.delta.text);
        return event.delta.type === 'input_json_delta' ? this.#write(event.index, event.delta.partial_json) : [];
      case 'content_block_stop':
        return this.#close(event.index);
      case 'message_delta':
        this.#count(event.usage);
        this.#stopReason = event.delta.stop_reason ?? this.#stopReason;
        return [];
      default:
        return [];
    }
  }

  /** The events that end the reply, once the stream is over. */
  end(): readonly ModelEvent[] {
    const usage = this.#usage;
    const called = this.#callCount + this.#badCalls.length + this.#calls.size > 0;
    const failure = stopFailure(this.#stopReason, called || this.#words.trim() !== '');
    if (failure) return [{ type: 'failed', failure, usage }];
    // Calls whose block was never closed, though the reply is whole.
    const late = [...this.#calls.keys()].flatMap((index) => this.#close(index));
    return [...late, ...this.#badCalls, { type: 'end', stop: called ? 'calls' : 'done', usage }];
  }

  #begin(index: number, block: Extract<WireEvent, { type: 'content_block_start' }>['content_block']) {
    if (block.type === 'text') {
      this.#gapDue = this.#words !== '';
      return this.#say(block.text ?? '');
    }
    if (block.type !== 'tool_use') return [];
    const { id, name, input } = block;
    this.#calls.set(index, { id, name, input, partial: new PartialCode(), json: '', shown: '' });
    return [];
  }

  #say(text: string): readonly ModelEvent[] {
    if (text === '') return [];
    const delta = this.#gapDue ? GAP + text : text;
    this.#gapDue = false;
    this.#words += delta;
    return [{ type: 'text', delta, snapshot: this.#words }];
  }

  #write(index: number, json: string): readonly ModelEvent[] {
    const block = this.#calls.get(index);
    if (!block) return [];
    block.json += json;
    block.partial.write(json);
    if (block.name !== RUN_CODE_TOOL.name) return [];
    const { language: written, code: snapshot } = block.partial;
    const language = written === undefined ? PROVISIONAL_LANGUAGE : readLanguage(written);
    if (!language || snapshot === block.shown) return [];
    const delta = snapshot.startsWith(block.shown) ? snapshot.slice(block.shown.length) : snapshot;
    block.shown = snapshot;
    return [{ type: 'code', language, delta, snapshot }];
  }

  #close(index: number): readonly ModelEvent[] {
    const block = this.#calls.get(index);
    if (!block) return [];
    this.#calls.delete(index);
    const code = readCall(block);
    if (typeof code === 'string') {
      // Kept back: a reply that was cut off ends in half a call, and that is a failure of the reply, not of the call.
      this.#badCalls.push({ type: 'badCall', callId: block.id, message: code });
      return [];
    }
    this.#callCount += 1;
    const whole: ModelEvent = { type: 'call', call: { id: block.id, code } };
    if (block.shown === code.source || code.source === '') return [whole];
    const { language, source } = code;
    const delta = source.startsWith(block.shown) ? source.slice(block.shown.length) : source;
    return [{ type: 'code', language, delta, snapshot: source }, whole];
  }

  #count(usage: WireUsage | null | undefined): void {
    if (!usage) return;
    // Counts are cumulative, and what was read from or written to the cache is not in `input_tokens`.
    const before = this.#usage;
    const read = Math.max(before.cacheReadTokens ?? 0, usage.cache_read_input_tokens ?? 0);
    const written = Math.max(before.cacheWriteTokens ?? 0, usage.cache_creation_input_tokens ?? 0);
    this.#usage = {
      inputTokens: Math.max(before.inputTokens, (usage.input_tokens ?? 0) + read + written),
      outputTokens: Math.max(before.outputTokens, usage.output_tokens ?? 0),
      ...(read > 0 && { cacheReadTokens: read }),
      ...(written > 0 && { cacheWriteTokens: written }),
    };
  }
}

/** The code of a finished call, or a sentence for the model that says what is wrong with it. */
function readCall(block: CallBlock): Code | string {
  if (block.name !== RUN_CODE_TOOL.name) return `There is no tool of that name. Use ${RUN_CODE_TOOL.name}.`;
  const input = block.json.trim() === '' ? block.input : parse(block.json);
  if (typeof input !== 'object' || input === null) return 'The arguments were not a JSON object. Call the tool again.';
  const language = 'language' in input && typeof input.language === 'string' ? readLanguage(input.language) : undefined;
  if (!language) return `\`language\` must be one of: ${LANGUAGES.join(', ')}.`;
  if (!('code' in input) || typeof input.code !== 'string' || input.code.trim() === '') {
    return '`code` must be the source to run, as a string that is not empty.';
  }
  return { language, source: input.code };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function readLanguage(name: string): Language | undefined {
  const plain = name.trim().toLowerCase();
  return LANGUAGES.find((language) => language === plain) ?? OTHER_NAMES.get(plain);
}
