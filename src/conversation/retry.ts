/** Whether a failing run is worth another attempt, and the one line that says how a run failed. Pure. */
import { type Code, type Halted, never, type RunResult } from './events.ts';

export interface RetryLimits {
  /** Failing executions in a row before the turn gives up: one run and this many less one repairs. */
  readonly maxAttempts: number;
  /** Executions in a turn, whatever happens. */
  readonly maxSteps: number;
}

/** One execution of the turn. */
export interface Attempt {
  readonly code: Code;
  readonly result: RunResult;
  /** The last line on stderr that is not blank: all that tells two failing shell commands apart. */
  readonly lastStderrLine: string;
}

export type Decision =
  /** The run was a success: the model goes on. */
  | { readonly kind: 'continue' }
  /** `attempt` is the number of the run to come. */
  | { readonly kind: 'repair'; readonly attempt: number }
  /** `reason` is a sentence for the person. */
  | { readonly kind: 'giveUp'; readonly reason: string };

/** What to do after the last of `attempts`, which are all executions of the turn, oldest first. */
export function decide(attempts: readonly Attempt[], limits: RetryLimits): Decision {
  const last = attempts.at(-1);
  if (!last || last.result.kind === 'ok') return { kind: 'continue' };
  const hopeless = noCodeCanFix(last.result);
  if (hopeless) return giveUp(hopeless);
  const failures = failuresInARow(attempts);
  const line = quoted(failureLine(last.result));
  const previous = attempts.at(-2);
  if (previous && failures >= 2 && signature(previous) === signature(last)) {
    return giveUp(`The same error came back unchanged: ${line}.`);
  }
  if (failures >= limits.maxAttempts) return giveUp(`The ${failures > 1 ? 'last ' : ''}error was ${line}.`);
  if (attempts.length >= limits.maxSteps) return giveUp(stepsUsedUp(limits));
  return { kind: 'repair', attempt: failures + 1 };
}

export function stepsUsedUp({ maxSteps }: RetryLimits): string {
  return `The limit of ${maxSteps} ${maxSteps === 1 ? 'run' : 'runs'} in one turn is reached.`;
}

/** How many executions at the end of the list failed. */
export function failuresInARow(attempts: readonly Attempt[]): number {
  return attempts.length - 1 - attempts.findLastIndex(({ result }) => result.kind === 'ok');
}

function giveUp(reason: string): Decision {
  return { kind: 'giveUp', reason };
}

/** Why another attempt is pointless, as a sentence; undefined when new code may help. */
function noCodeCanFix(result: RunResult): string | undefined {
  switch (result.kind) {
    case 'timedOut':
      return `The code ran into the time limit of ${result.limitSeconds} s; ${fate(result)}.`;
    case 'died':
    case 'lost':
      return result.reason;
    case 'stopped':
      return `The run was stopped; ${fate(result)}.`;
    case 'ok':
    case 'failed':
    case 'flooded':
      return undefined;
    default:
      return never(result);
  }
}

/** What a halted run left of the variables. */
export function fate({ variables, by }: Halted): string {
  if (variables === 'kept') return 'the variables are kept';
  if (by === 'kill') return 'its sandbox had to be ended, so variables and files are gone';
  const how = by === 'restart' ? 'its kernel had to be restarted: ' : '';
  return `${how}the variables are gone, the files are still there`;
}

const LINE_CHARS = 160;

/** How a run failed, in one short line without backticks, so that it can stand between them. */
export function failureLine(result: RunResult): string {
  const line = firstLine(describe(result)).replaceAll('`', "'");
  const chars = [...line];
  return chars.length <= LINE_CHARS
    ? line
    : `${chars
        .slice(0, LINE_CHARS - 1)
        .join('')
        .trimEnd()}…`;
}

function describe(result: RunResult): string {
  switch (result.kind) {
    case 'ok':
      return 'no error';
    case 'failed': {
      const { name, value } = result.error;
      return value.trim() === '' ? name : `${name}: ${value.trim()}`;
    }
    case 'timedOut':
      return `over the time limit of ${result.limitSeconds} s`;
    case 'stopped':
      return 'stopped';
    case 'flooded':
      return `more than ${result.limitMb} MB of output`;
    case 'died':
    case 'lost':
      return result.reason;
    default:
      return never(result);
  }
}

function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? 'unknown error'
  );
}

function quoted(line: string): string {
  return `\`${line}\``;
}

/** Equal for two failures that are the same error, wherever in the code and in memory it happened. */
function signature({ code, result, lastStderrLine }: Attempt): string {
  const error = result.kind === 'failed' ? [result.error.name, result.error.value] : [];
  // A shell says in its error no more than the exit status; the words are on stderr.
  const said = code.language === 'bash' ? lastStderrLine : '';
  return [result.kind, ...error, said].map(withoutPlaces).join('\n');
}

/** Takes out what differs between two occurrences of one error: addresses, line and cell numbers, positions. */
function withoutPlaces(text: string): string {
  return text
    .replace(/0x[0-9a-f]+/gi, '0x')
    .replace(/\bIn ?\[\d+\]/g, 'In[]')
    .replace(/\b(lines?|column|position|char|cell)( #?)\d+/gi, '$1$2')
    .replace(/(:\d+){1,2}(?=[:)\s]|$)/g, ':')
    .trim();
}
