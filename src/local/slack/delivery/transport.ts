/** How anything reaches the app: a Socket Mode connection or a signed HTTP request. */
import type { Json } from '../json.ts';

export type DeliveryKind = 'events_api' | 'slash_commands' | 'interactive';

export interface Outgoing {
  readonly kind: DeliveryKind;
  readonly payload: Json;
}

/** Which attempt this is: 0 is the first. */
export interface Attempt {
  readonly number: number;
  /** Why the one before failed; empty for the first. */
  readonly reason: string;
}

export type Ack =
  | { readonly ok: true; readonly body: unknown }
  | {
      readonly ok: false;
      readonly reason: 'timeout' | 'not_connected' | 'connection_failed' | 'http_error';
      /** The app asked for no redelivery (`x-slack-no-retry`). */
      readonly final?: boolean;
    };

export interface Transport {
  isConnected(): boolean;
  send(outgoing: Outgoing, attempt: Attempt): Promise<Ack>;
  /** Called whenever `isConnected` turns. */
  onConnection(listener: (connected: boolean) => void): void;
  /** The next `count` acknowledgements get lost. */
  dropAcks(count: number): void;
  stop(): Promise<void>;
}

/** An app answers within this, in milliseconds. Events API documentation. */
export const ACK_TIMEOUT_MS = 3000;
