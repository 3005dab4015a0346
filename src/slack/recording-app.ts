/**
 * Record, acknowledge, work. Bolt acknowledges an event before any listener sees it, and a listener acknowledges a command
 * or a press before it works: what matters is written down, synchronously, before Bolt gets it. Where that fails for an
 * event nothing is acknowledged, and Slack delivers it again.
 */
import { App, type AppOptions, type ReceiverEvent } from '@slack/bolt';
import type { Clock } from '../clock.ts';
import type { CommandDelivery } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { RecordedEvent, Store } from '../ports.ts';
import { object } from './inbound-json.ts';
import { triggerOf } from './recorded.ts';

/** The names under which listeners find the row of the event they handle, and when it came if that was before a restart. */
const RECORDED = 'recordedEventId';
const CAME_MS = 'cameBeforeRestartMs';

export function recordedEventId(context: Readonly<Record<string, unknown>>): number | undefined {
  const id = context[RECORDED];
  return typeof id === 'number' ? id : undefined;
}

/** When an event came that is taken up after a restart; undefined for one that comes now. */
export function cameBeforeRestart(context: Readonly<Record<string, unknown>>): number | undefined {
  const ms = context[CAME_MS];
  return typeof ms === 'number' ? ms : undefined;
}

/** What makes one of a command or a press that may come twice: now, and after a restart. */
export function deliveryOf(body: unknown, context: Readonly<Record<string, unknown>>): CommandDelivery | undefined {
  const id = triggerOf(body);
  const sinceMs = cameBeforeRestart(context);
  return id === undefined ? undefined : { id, ...(sinceMs !== undefined && { sinceMs }) };
}

export interface Journal {
  readonly store: Pick<Store, 'recordEvent' | 'unhandledEvents'>;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * What tells this delivery from every other, if it asks for work that must not be lost; undefined for any other, which
   * is not kept: it is somebody's conversation.
   */
  readonly keyOf: (body: unknown) => string | undefined;
  /** An event could not be written down; it has not been acknowledged. */
  readonly onUnrecorded: (body: unknown) => void;
}

export class RecordingApp extends App {
  private readonly journal: Journal;

  constructor(options: AppOptions, journal: Journal) {
    super(options);
    this.journal = journal;
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    const key = this.journal.keyOf(event.body);
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
    for (const { id, body, receivedMs } of this.journal.store.unhandledEvents()) {
      this.journal.log.info({ event: id }, 'an event from before the restart is handled now');
      const customProperties = { [RECORDED]: id, [CAME_MS]: receivedMs };
      await super.processEvent({ body: JSON.parse(body), ack: async () => {}, customProperties });
    }
  }

  private record(key: string, body: unknown): RecordedEvent | 'duplicate' | undefined {
    const { store, clock, log, onUnrecorded } = this.journal;
    try {
      return store.recordEvent(key, JSON.stringify(body), clock.now());
    } catch (error) {
      // Nobody delivers a command or a press again: its person is told, if nothing else can be done for it.
      if (object(body)['type'] !== 'event_callback') {
        log.error({ err: error, event: key }, 'a command or a press could not be recorded');
        return undefined;
      }
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
