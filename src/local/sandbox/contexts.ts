/** A sandbox's kernels as E2B's contexts: an id each, the first of a language being its default one. */
import { randomUUID } from 'node:crypto';
import type { Answer, Box } from './box.ts';
import { Context, type ContextInfo } from './context.ts';
import { kernelOf, type Language } from './languages.ts';

export const HOME = '/home/user';

/** Each is a process with a share of the sandbox's memory. */
const MAX_CONTEXTS = 16;

export type Opened =
  | { readonly ok: true; readonly context: Context }
  | { readonly ok: false; readonly message: string };

export class Contexts {
  readonly #box: Box;
  readonly #all = new Map<string, Context>();
  readonly #defaults = new Map<Language, { readonly context: Context; readonly opened: Promise<Opened> }>();

  /** Python and JavaScript are there from the beginning, as in E2B; only Python's process is started. */
  constructor(box: Box) {
    this.#box = box;
    box.onIdleDeath((id, memory) => this.find(id)?.died(memory));
    void this.default('python');
    void this.default('javascript');
  }

  list(): ContextInfo[] {
    return [...this.#all.values()].map((context) => context.info);
  }

  find(id: string): Context | undefined {
    return this.#all.get(id);
  }

  /** The context that code without one runs in; made when it is first asked for. */
  default(language: Language): Promise<Opened> {
    const known = this.#defaults.get(language);
    if (known) return known.opened;
    const context = this.#add(language, HOME);
    const opened = this.#open(context);
    this.#defaults.set(language, { context, opened });
    return opened;
  }

  /** `cwd` must be there. */
  async open(language: Language, cwd: string): Promise<Opened> {
    if (this.#all.size >= MAX_CONTEXTS) return { ok: false, message: `Too many contexts: at most ${MAX_CONTEXTS}.` };
    return this.#open(this.#add(language, cwd));
  }

  /** A new kernel under the same id: variables go, files stay. */
  async restart(context: Context): Promise<Answer> {
    context.expectDeath(true);
    const answer = await this.#box.ask('restart', { context: context.info.id });
    context.expectDeath(false);
    return answer;
  }

  async remove(context: Context): Promise<void> {
    this.#forget(context);
    context.close();
    await this.#box.ask('close', { context: context.info.id });
  }

  #add(language: Language, cwd: string): Context {
    const context = new Context(this.#box, { id: randomUUID(), language, cwd });
    this.#all.set(context.info.id, context);
    return context;
  }

  async #open(context: Context): Promise<Opened> {
    const { id, language, cwd } = context.info;
    const kernel = kernelOf(language);
    const fields = { context: id, language: kernel, cwd, start: kernel === 'python' };
    const answer = await this.#box.ask('open', fields);
    if (answer.ok) return { ok: true, context };
    this.#forget(context);
    return { ok: false, message: answer.message };
  }

  #forget(context: Context): void {
    this.#all.delete(context.info.id);
    for (const [language, known] of this.#defaults) if (known.context === context) this.#defaults.delete(language);
  }
}
