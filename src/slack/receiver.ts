/** How Slack reaches us: over a socket we open, or over HTTP. Both are Bolt's receivers, started and stopped with care. */
import { HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { WebClientOptions } from '@slack/web-api';
import type { Log } from '../log.ts';
import { boltLogger } from './bolt-logger.ts';
import { listenError, type SlackStartError, startError } from './start-error.ts';

export interface Reception {
  readonly receiver: Receiver;
  /** Resolves when Slack can reach us: with the port, in HTTP mode. Rejects with a SlackStartError. */
  start(): Promise<number | undefined>;
  /** Resolves when nothing more can come in. Never rejects. */
  stop(): Promise<void>;
}

/**
 * The SDK waits this long before it reconnects, and Slack asks for a reconnect every few hours: its default of 5 s is a
 * hole of 5 s. It is also how long a pong may take before the socket counts as dead.
 */
const PING_TIMEOUT_MS = 1_500;
const CALL_TIMEOUT_MS = 15_000;
const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 3_000;

export interface SocketOptions {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly log: Log;
  /** Called once if Slack stops accepting the app token while we run: nothing will come in any more. */
  readonly onLost: (error: SlackStartError) => void;
}

function deadline<T>(promise: Promise<T>, ms: number, fallback: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      try {
        resolve(fallback());
      } catch (error) {
        reject(error);
      }
    }, ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * `apps.connections.open` is retried for ever: with a bounded number of retries, a network that is away for longer ends
 * in an unhandled rejection inside the SDK. The options object is its own, because the SDK writes into what it is given.
 */
function socketClientOptions(apiUrl: string, isStopped: () => boolean): WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    timeout: CALL_TIMEOUT_MS,
    retryConfig: { forever: true, factor: 1.3, minTimeout: 500, maxTimeout: 10_000, randomize: true, unref: true },
    // A retry that is under way when we stop would open another socket: an answer that ends it does not leave the process.
    fetch: (url, init) =>
      isStopped() ? Promise.resolve(Response.json({ ok: false, error: 'account_inactive' })) : fetch(url, init),
  };
}

export function socketReception(options: SocketOptions): Reception {
  const { appToken, apiUrl, log, onLost } = options;
  let state: 'starting' | 'running' | 'stopped' = 'starting';
  const receiver = new SocketModeReceiver({
    appToken,
    clientPingTimeout: PING_TIMEOUT_MS,
    logger: boltLogger(log),
    installerOptions: { clientOptions: socketClientOptions(apiUrl, () => state === 'stopped') },
    processEventErrorHandler: async () => false,
  });

  // The SDK reconnects through the same method, where nobody looks at what it rejects with: only the first call may.
  const { client } = receiver;
  const open = client.start.bind(client);
  let calls = 0;
  client.start = async () => {
    calls += 1;
    const isFirst = calls === 1;
    try {
      return await open();
    } catch (error) {
      if (isFirst) throw error;
      if (state === 'running') onLost(startError(error, 'SLACK_APP_TOKEN', apiUrl));
      return { ok: false };
    }
  };

  const stop = async () => {
    state = 'stopped';
    await deadline(client.disconnect(), STOP_DEADLINE_MS, () => log.warn({}, 'the Slack socket did not close in time'));
  };

  return {
    receiver,
    start: async () => {
      const late = () => {
        throw new Error('no connection in time');
      };
      try {
        await deadline(receiver.start(), START_DEADLINE_MS, late);
        state = 'running';
        return undefined;
      } catch (error) {
        await stop();
        throw startError(error, 'SLACK_APP_TOKEN', apiUrl);
      }
    },
    stop,
  };
}

export interface HttpOptions {
  readonly signingSecret: string;
  readonly port: number;
  readonly log: Log;
}

export function httpReception({ signingSecret, port, log }: HttpOptions): Reception {
  const receiver = new HTTPReceiver({ signingSecret, port, logger: boltLogger(log) });
  let isOpen = false;
  return {
    receiver,
    start: async () => {
      try {
        const server = await receiver.start(port);
        isOpen = true;
        const address = server.address();
        return typeof address === 'object' && address ? address.port : port;
      } catch (error) {
        throw listenError(error, port);
      }
    },
    stop: async () => {
      if (!isOpen) return;
      isOpen = false;
      await deadline(receiver.stop(), STOP_DEADLINE_MS, () =>
        log.warn({}, 'requests from Slack were still open at the stop'),
      );
    },
  };
}
