import { describe, expect, it } from 'vitest';
import { createClock } from '../../../../src/local/slack/clock.ts';
import { createResponseUrls } from '../../../../src/local/slack/interaction/response-urls.ts';
import { createTriggers } from '../../../../src/local/slack/interaction/triggers.ts';

describe('trigger ids', () => {
  it('open one modal within three seconds', () => {
    const clock = createClock(() => 0);
    const triggers = createTriggers(clock);
    const [used, late] = [triggers.create('U1'), triggers.create('U2')];
    expect(triggers.use(used)).toEqual({ ok: true, user: 'U1' });
    expect(triggers.use(used)).toEqual({ ok: false, error: 'exchanged_trigger_id' });
    clock.advance(3001);
    expect(triggers.use(late)).toEqual({ ok: false, error: 'expired_trigger_id' });
    expect(triggers.use('12.34.ab')).toEqual({ ok: false, error: 'invalid_trigger_id' });
  });
});

describe('response URLs', () => {
  it('work five times within half an hour', () => {
    const clock = createClock(() => 0);
    const urls = createResponseUrls(clock, 'http://h');
    const id = (url: string) => url.replace('http://h/respond/', '');
    const target = { channel: 'C1', user: 'U1' };
    const [often, late] = [id(urls.create(target)), id(urls.create(target))];
    const uses = Array.from({ length: 6 }, () => urls.use(often));
    expect(uses).toEqual([target, target, target, target, target, undefined]);
    clock.advance(30 * 60_000 + 1);
    expect(urls.use(late)).toBeUndefined();
  });
});
