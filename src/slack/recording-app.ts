/**
 * Record, acknowledge, work. Bolt acknowledges an event before any listener sees it, so an event that matters is written
 * down, synchronously, before Bolt gets it. If that fails nothing is acknowledged, and Slack delivers it again.
 */
import { App, type AppOptions, type ReceiverEvent } from '@slack/bolt';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { RecordedEvent, Store } from '../ports.ts';
import { object, text } from './inbound-json.ts';

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

export interface Journal {
  readonly store: Pick<Store, 'recordEvent' | 'unhandledEvents'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the event asks something of us. What does not is not kept: it is somebody's conversation. */
  readonly wants: (body: unknown) => boolean;
  /** An event could not be written down; it has not been acknowledged. */
  readonly onUnrecorded: (body: unknown) => void;
}

/** A slash command has no id but the one of its trigger. */
export function commandId(body: unknown): string | undefined {
  const payload = object(body);
  return payload['command'] === undefined ? undefined : text(payload['trigger_id']);
}

/** Events are told apart by Slack's `event_id`; presses have none and are not recorded. */
function eventKey(body: unknown): string | undefined {
  const payload = object(body);
  if (payload['type'] === 'event_callback') return text(payload['event_id']);
  const command = commandId(body);
  return command === undefined ? undefined : `command:${command}`;
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
    for (const { id, body, receivedMs } of this.journal.store.unhandledEvents()) {
      this.journal.log.info({ event: id }, 'an event from before the restart is handled now');
      const customProperties = { [RECORDED]: id, [CAME_MS]: receivedMs };
      await super.processEvent({ body: JSON.parse(body), ack: async () => {}, customProperties });
    }
  }

  private record(key: string, body: unknown): RecordedEvent | 'duplicate' | undefined {
    const { store, clock, log, wants, onUnrecorded } = this.journal;
    try {
      return wants(body) ? store.recordEvent(key, JSON.stringify(body), clock.now()) : undefined;
    } catch (error) {
      // Nobody delivers a command again: its person is told, if nothing else can be done for it.
      if (commandId(body) !== undefined) {
        log.error({ err: error }, 'a command could not be recorded');
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
