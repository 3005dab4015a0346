import { describe, expect, it } from 'vitest';
import { boltLogger } from '../../src/slack/bolt-logger.ts';
import { quietLog } from '../fakes/quiet-log.ts';

describe("the SDK's log lines", () => {
  it.each<[string, readonly unknown[], string]>([
    ['tokens', ['auth failed for xoxb-1-2-abc and xapp-1-A-b'], 'auth failed for […] and […]'],
    ['addresses, which may hold a ticket', ['cannot open wss://x.slack.com/link/?ticket=1'], 'cannot open […]'],
    ['bodies', ['got', { text: 'a secret plan' }, ['x']], 'got'],
    ['the type and message of errors', ['failed:', new TypeError('no')], 'failed: TypeError: no'],
  ])('lose %s or keep what is harmless', (_name, parts, expected) => {
    const log = quietLog();
    boltLogger(log).warn(...parts);
    expect(log.lines).toEqual([{ level: 'warn', fields: { from: 'slack-sdk' }, message: expected }]);
  });

  it('are dropped at debug level, where they hold whole messages', () => {
    const log = quietLog();
    boltLogger(log).debug('Received a message on the WebSocket: hello');
    expect(log.lines).toEqual([]);
  });

  it('are short', () => {
    const log = quietLog();
    boltLogger(log).error('x'.repeat(10_000));
    expect(log.lines[0]?.message).toHaveLength(300);
  });
});
