/**
 * Record, acknowledge, work. Bolt acknowledges an event before any listener sees it, so an event that matters is written
 * down, synchronously, before Bolt gets it. If that fails nothing is acknowledged, and Slack delivers it again.
 */
import { App, type AppOptions, type ReceiverEvent } from '@slack/bolt';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { RecordedEvent, Store } from '../ports.ts';
import { object, text } from './inbound-json.ts';

/** The name under which listeners find the row of the event they handle. */
const RECORDED = 'recordedEventId';

export function recordedEventId(context: Readonly<Record<string, unknown>>): number | undefined {
  const id = context[RECORDED];
  return typeof id === 'number' ? id : undefined;
}

export interface Journal {
  readonly store: Pick<Store, 'recordEvent' | 'unhandledEvents'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the event asks something of us. What does not is not kept: it is somebody's conversation. */
  readonly wants: (body: unknown) => boolean;
  /** An event could not be written down; it has not been acknowledged. */
  readonly onUnrecorded: (body: unknown) => void;
}

/** Events are told apart by Slack's `event_id`; commands and presses have none and are not recorded. */
function eventKey(body: unknown): string | undefined {
  const payload = object(body);
  return payload['type'] === 'event_callback' ? text(payload['event_id']) : undefined;
}

export class RecordingApp extends App {
  private readonly journal: Journal;

  constructor(options: AppOptions, journal: Journal) {
    super(options);
    this.journal = journal;
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    const key = eventKey(event.body);
    const recorded = key === undefined ? undefined : this.record(key, event.body);
    // Slack redelivers what it thinks we missed: known already, and being worked on or done.
    if (recorded === 'duplicate') return this.acknowledge(event);
    await super.processEvent({
      ...event,
      ...(recorded && { customProperties: { ...event.customProperties, [RECORDED]: recorded.id } }),
      // What is written down is done even if the acknowledgement does not get through.
      ...(recorded && { ack: () => this.acknowledge(event) }),
    });
  }

  /** Works on what was recorded and not handled when the process ended, oldest first. */
  async replay(): Promise<void> {
    for (const { id, body } of this.journal.store.unhandledEvents()) {
      this.journal.log.info({ event: id }, 'an event from before the restart is handled now');
      await super.processEvent({ body: JSON.parse(body), ack: async () => {}, customProperties: { [RECORDED]: id } });
    }
  }

  private record(key: string, body: unknown): RecordedEvent | 'duplicate' | undefined {
    const { store, clock, log, wants, onUnrecorded } = this.journal;
    try {
      return wants(body) ? store.recordEvent(key, JSON.stringify(body), clock.now()) : undefined;
    } catch (error) {
      log.error({ err: error, event: key }, 'an event could not be recorded; Slack will deliver it again');
      onUnrecorded(body);
      throw error;
    }
  }

  private async acknowledge(event: ReceiverEvent): Promise<void> {
    try {
      await event.ack();
    } catch (error) {
      this.journal.log.warn(
        { err: error },
        'an acknowledgement did not get through; Slack will deliver the event again',
      );
    }
  }
}
