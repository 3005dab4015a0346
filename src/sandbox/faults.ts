/** What the SDK throws, as data. Decided by class and status code; the words are only ever passed on, never read. */
import {
  AuthenticationError,
  FileNotFoundError,
  InvalidArgumentError,
  NotEnoughSpaceError,
  NotFoundError,
  RateLimitError,
  SandboxError,
  SandboxNotFoundError,
  type Sandbox as SdkSandbox,
  ServiceBusyError,
  TimeoutError,
} from '@e2b/code-interpreter';
import type { Failure } from '../conversation/events.ts';

/** How long the question whether a sandbox still runs may take. */
const HEALTH_TIMEOUT_MS = 5_000;
/** A server's own sentence is passed on up to this length. */
const LONGEST_PASSED_ON = 600;

export interface Service {
  /** True when E2B_API_URL points somewhere else than E2B's own service. */
  readonly custom: boolean;
}

/** Why a sandbox could not be had, for the person in the thread. */
export function openFailure(error: unknown, service: Service): Failure {
  if (error instanceof AuthenticationError) {
    const where = service.custom ? '' : ' Keys are at https://e2b.dev/dashboard?tab=keys.';
    return {
      reason: 'sandbox-auth',
      message: `The sandbox service refused the key in E2B_API_KEY: set a valid one.${where}`,
    };
  }
  if (error instanceof RateLimitError) {
    const said = service.custom ? serverSentence(error.message)?.replace(/\.$/, '') : undefined;
    const why = said ?? 'as many run as the E2B account allows';
    const message = `There is no room for another sandbox: ${why}. End another session, or try again in a minute.`;
    return { reason: 'sandbox-capacity', message };
  }
  return { reason: 'sandbox-unavailable', message: unavailable(error, service) };
}

function unavailable(error: unknown, service: Service): string {
  if (error instanceof ServiceBusyError) {
    const said = service.custom ? serverSentence(error.message) : undefined;
    return said ?? 'The sandbox service has no room for a new sandbox right now. Try again in a minute.';
  }
  if (error instanceof SandboxError && error.statusCode === 404)
    return 'The sandbox service does not know the template: check E2B_TEMPLATE and E2B_API_URL.';
  if (error instanceof SandboxError && error.statusCode === 400)
    return 'The sandbox service refused the settings of the sandbox: check SESSION_IDLE_MINUTES (a Hobby account allows 60) and SANDBOX_INTERNET.';
  if (error instanceof SandboxError && error.statusCode !== undefined)
    return `The sandbox service answered with an error (HTTP ${error.statusCode}). Try again in a minute.`;
  return 'The sandbox service cannot be reached. Check the network and E2B_API_URL, then try again.';
}

/** A service of one's own explains itself (what its isolation lacks, say): its words follow the SDK's " - ". */
function serverSentence(message: string): string | undefined {
  const at = message.indexOf(' - ');
  const said =
    at < 0
      ? ''
      : message
          .slice(at + 3)
          .replace(/\s+/g, ' ')
          .trim();
  return said === '' ? undefined : said.slice(0, LONGEST_PASSED_ON);
}

/** Why a call into a sandbox failed. */
export type Trouble =
  /** The sandbox has ended. */
  | 'gone'
  /** Nobody answers: the sandbox may still be there. */
  | 'unreachable'
  /** The sandbox is there, the kernel is not. */
  | 'no-kernel'
  /** The connection ended early; the sandbox is there. */
  | 'cut'
  /** The service answered and would not. */
  | 'refused';

/** Asks the sandbox itself where the error leaves it open: an ended sandbox and a broken line look alike at first. */
export async function troubleOf(error: unknown, sdk: SdkSandbox): Promise<Trouble> {
  if (error instanceof SandboxNotFoundError) return 'gone';
  if (error instanceof NotFoundError) return 'no-kernel';
  const answered = error instanceof SandboxError && !(error instanceof TimeoutError);
  if (answered || error instanceof AuthenticationError || error instanceof ServiceBusyError) return 'refused';
  try {
    return (await sdk.isRunning({ requestTimeoutMs: HEALTH_TIMEOUT_MS })) ? 'cut' : 'gone';
  } catch {
    return 'unreachable';
  }
}

/** True when a file is not there to be read: missing, or no file at all. */
export function isNoFile(error: unknown): boolean {
  return error instanceof FileNotFoundError || error instanceof InvalidArgumentError;
}

/** A file could not be written or read; `message` is a sentence for the person. */
export class SandboxFileError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'SandboxFileError';
  }
}

export function fileError(path: string, doing: 'written' | 'read', error: unknown): SandboxFileError {
  if (error instanceof NotEnoughSpaceError)
    return new SandboxFileError(`${path} could not be ${doing}: the sandbox's disk is full.`, error);
  if (error instanceof SandboxNotFoundError || error instanceof TimeoutError)
    return new SandboxFileError(`${path} could not be ${doing}: the sandbox has ended or does not answer.`, error);
  return new SandboxFileError(`${path} could not be ${doing} in the sandbox.`, error);
}
