/** HTTP mode: everything is a signed POST to the app's request URL, answered within three seconds. */
import { createHmac } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { newSecret } from '../ids.ts';
import { asRecord, parseJson } from '../json.ts';
import { ACK_TIMEOUT_MS, type Ack, type Attempt, type Outgoing, type Transport } from './transport.ts';

export interface SignedHttpOptions {
  readonly requestUrl: string;
  readonly signingSecret: string;
  readonly verificationToken: string;
  readonly clock: Clock;
}

/** Milliseconds between two tries to verify the request URL while the app is not there yet. */
const VERIFY_EVERY_MS = 250;

/** `v0=` and the HMAC of `v0:timestamp:body`. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

/** Verifies the request URL in the background until the app answers its challenge; only then is it connected. */
export class SignedHttp implements Transport {
  readonly #options: SignedHttpOptions;
  readonly #stopping = new AbortController();
  readonly #listeners: ((connected: boolean) => void)[] = [];
  #isVerified = false;
  #acksToDrop = 0;

  constructor(options: SignedHttpOptions) {
    this.#options = options;
    void this.#verify();
  }

  isConnected(): boolean {
    return this.#isVerified;
  }

  onConnection(listener: (connected: boolean) => void): void {
    this.#listeners.push(listener);
  }

  dropAcks(count: number): void {
    this.#acksToDrop = count;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
  }

  async send(outgoing: Outgoing, attempt: Attempt): Promise<Ack> {
    if (!this.#isVerified) return { ok: false, reason: 'not_connected' };
    const { body, type } = encode(outgoing);
    try {
      const response = await this.#post(body, type, retryHeaders(attempt));
      const text = await response.text();
      if (this.#acksToDrop > 0) {
        this.#acksToDrop -= 1;
        return { ok: false, reason: 'timeout' };
      }
      if (response.ok) return { ok: true, body: answerOf(text) };
      return { ok: false, reason: 'http_error', final: response.headers.get('x-slack-no-retry') === '1' };
    } catch (error) {
      const isTimeout = error instanceof Error && error.name === 'TimeoutError';
      return { ok: false, reason: isTimeout ? 'timeout' : 'connection_failed', final: this.#stopping.signal.aborted };
    }
  }

  async #verify(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      if (await this.#isAnswered(newSecret())) {
        this.#isVerified = true;
        for (const listener of this.#listeners) listener(true);
        return;
      }
      await this.#options.clock.wait(VERIFY_EVERY_MS);
    }
  }

  /** Whether the app echoes the challenge. False while it is not there. */
  async #isAnswered(challenge: string): Promise<boolean> {
    const body = JSON.stringify({ token: this.#options.verificationToken, challenge, type: 'url_verification' });
    try {
      const response = await this.#post(body, 'application/json', {});
      const answer = await response.text();
      return response.ok && (asRecord(parseJson(answer))['challenge'] ?? answer) === challenge;
    } catch {
      return false;
    }
  }

  async #post(body: string, type: string, headers: Readonly<Record<string, string>>): Promise<Response> {
    const { requestUrl, signingSecret, clock } = this.#options;
    const timestamp = String(Math.floor(clock.now() / 1000));
    return await fetch(requestUrl, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(ACK_TIMEOUT_MS)]),
      headers: {
        'content-type': type,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signatureOf(signingSecret, timestamp, body),
        ...headers,
      },
    });
  }
}

function retryHeaders({ number, reason }: Attempt): Readonly<Record<string, string>> {
  if (number === 0) return {};
  return {
    'x-slack-retry-num': String(number),
    'x-slack-retry-reason': reason === 'timeout' ? 'http_timeout' : reason,
  };
}

function encode({ kind, payload }: Outgoing): { readonly body: string; readonly type: string } {
  if (kind === 'events_api') return { body: JSON.stringify(payload), type: 'application/json' };
  const fields = kind === 'interactive' ? { payload: JSON.stringify(payload) } : payload;
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  return { body: form.toString(), type: 'application/x-www-form-urlencoded' };
}

/** JSON where it is JSON; text as the text of a message; nothing for an empty body. */
function answerOf(text: string): unknown {
  if (text.trim() === '') return undefined;
  return parseJson(text) ?? { text };
}
