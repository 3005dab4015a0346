import { WebAPIRateLimitedError } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { until } from '../../fakes/slack-control.ts';
import { raw, start, startBolt } from './support.ts';

describe('the control interface', () => {
  it('needs its key', async () => {
    const { slack } = await start();
    for (const key of ['', 'wrong', slack.botToken]) {
      const response = await fetch(`${slack.url}/control/state`, { headers: { 'x-control-key': key } });
      expect(response.status).toBe(403);
    }
  });

  it('shows every version of a message with its time, text and blocks', async () => {
    const { web, control, general } = await start();
    const { ts = '' } = await web.chat.postMessage({ channel: general, text: 'one' });
    await control.advance(1200);
    await web.chat.update({ channel: general, ts, text: 'two', blocks: [{ type: 'divider' }] });
    await control.advance(1200);
    await web.chat.update({ channel: general, ts, text: 'three' });
    const [message] = await control.messages(general);
    expect(message?.versions).toMatchObject([
      { text: 'one', blocks: [] },
      { text: 'two', blocks: [{ type: 'divider' }] },
      { text: 'three', blocks: [] },
    ]);
    const times = message?.versions.map((version) => version.at) ?? [];
    expect(times.slice(1).every((at, index) => at - (times[index] ?? 0) >= 1200)).toBe(true);
  });

  it('notes what the app called, without its token', async () => {
    const { slack, control, general } = await start();
    const body = new URLSearchParams({ token: slack.botToken, channel: general, text: 'x' });
    await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', body });
    const [request] = await control.requests('chat.postMessage');
    expect(request).toMatchObject({ status: 200, args: { channel: general, text: 'x' }, answer: { ok: true } });
    expect(JSON.stringify(await control.requests())).not.toContain(slack.botToken);
  });

  it('delivers any event, and the last one again', async () => {
    const { slack, control, general } = await start();
    const heard: unknown[] = [];
    await startBolt(slack, (app) => {
      app.event('team_join', async ({ body, context }) => void heard.push([body.event_id, context.retryNum]));
    });
    await control.deliver({ type: 'team_join', user: { id: 'U1' }, channel: general });
    await until(
      () => heard,
      (all) => all.length === 1,
    );
    await control.redeliver();
    await until(
      () => heard,
      (all) => all.length === 2,
    );
    const [first, second] = heard as [string, number][];
    expect(first?.[0]).toBe(second?.[0]);
    expect([first?.[1], second?.[1]]).toEqual([0, 1]);
  });

  it('takes the bot out of a channel', async () => {
    const { slack, control, general } = await start();
    await control.removeBot(general);
    expect(await raw(slack, 'chat.postMessage', { channel: general, text: 'x' })).toMatchObject({
      error: 'not_in_channel',
    });
  });

  it('prints a new address', async () => {
    const { control } = await start();
    expect((await fetch(await control.pageUrl(), { redirect: 'manual' })).status).toBe(303);
  });
});

describe('faults', () => {
  it('answers as many calls as asked with 429, an error or HTTP 500', async () => {
    const { web, control, general } = await start();
    const post = () => web.chat.postMessage({ channel: general, text: 'x' });
    await control.fault({ method: 'chat.postMessage', kind: 'rate_limited', retryAfter: 7, times: 2 });
    await expect(post()).rejects.toBeInstanceOf(WebAPIRateLimitedError);
    await expect(post()).rejects.toMatchObject({ retryAfter: 7 });
    await control.fault({ method: '*', kind: 'error', error: 'fatal_error' });
    await expect(post()).rejects.toMatchObject({ data: { error: 'fatal_error' } });
    await control.fault({ method: 'chat.postMessage', kind: 'http500' });
    await expect(post()).rejects.toMatchObject({ statusCode: 500 });
    expect(await control.messages(general)).toEqual([]);
    expect(await post()).toMatchObject({ ok: true });
  });

  it('applies a call and cuts the connection', async () => {
    const { web, control, general } = await start();
    await control.fault({ method: 'chat.postMessage', kind: 'drop-after-apply' });
    await expect(web.chat.postMessage({ channel: general, text: 'there' })).rejects.toThrow();
    expect(await control.messages(general)).toMatchObject([{ text: 'there' }]);
    expect(await control.requests()).toMatchObject([{ status: 0, answer: { ok: true } }]);
  });

  it('applies a call and breaks off in the middle of the answer', async () => {
    const { web, control, general } = await start();
    await control.fault({ method: 'chat.postMessage', kind: 'cut-mid-answer' });
    await expect(web.chat.postMessage({ channel: general, text: 'there' })).rejects.toThrow();
    expect(await control.messages(general)).toMatchObject([{ text: 'there' }]);
  });

  it('answers with any status, or with a web page', async () => {
    const { web, control } = await start();
    await control.fault({ method: 'auth.test', kind: 'http500', status: 503 });
    await expect(web.auth.test()).rejects.toMatchObject({ statusCode: 503 });
    await control.fault({ method: 'auth.test', kind: 'html' });
    await expect(web.auth.test()).rejects.toMatchObject({
      data: { error: expect.stringContaining('<!doctype html>') },
    });
  });

  it('storms for a time, and in one channel where it should', async () => {
    const { web, control, general } = await start();
    const post = (channel: string) => web.chat.postMessage({ channel, text: 'x' });
    const { id: random } = await control.channel('random');
    await control.fault({ method: '*', kind: 'rate_limited', channel: general, forMs: 60_000 });
    for (let i = 0; i < 3; i += 1) await expect(post(general)).rejects.toBeInstanceOf(WebAPIRateLimitedError);
    await expect(post(random)).rejects.toMatchObject({ data: { error: 'not_in_channel' } });
    await control.advance(60_000);
    expect(await post(general)).toMatchObject({ ok: true });
  });

  it('never answers, or answers late', async () => {
    const { slack, control, general } = await start();
    await control.fault({ method: 'chat.postMessage', kind: 'timeout' });
    const url = `${slack.apiUrl}chat.postMessage`;
    const body = new URLSearchParams({ token: slack.botToken, channel: general, text: 'x' });
    const gaveUp = fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(100) });
    await expect(gaveUp).rejects.toMatchObject({ name: 'TimeoutError' });
    await control.fault({ method: 'chat.postMessage', kind: 'delay', delayMs: 60_000 });
    const late = fetch(url, { method: 'POST', body });
    await until(
      () => control.requests(),
      (all) => all.length === 2,
    );
    await control.advance(60_000);
    expect(await (await late).json()).toMatchObject({ ok: true });
  });

  it('adds a delay to every answer where the options ask for one', async () => {
    const { web, control } = await start({ delayMs: 60_000 });
    const late = web.auth.test();
    const requests = await until(
      () => control.requests(),
      (all) => all.length === 1,
    );
    expect(requests).toMatchObject([{ status: 0 }]);
    await control.advance(60_000);
    expect(await late).toMatchObject({ ok: true });
  });
});

/** The clock stands still, so that a slow machine counts no seconds. */
const FROZEN = 1_900_000_000_000;

describe('rate limits', () => {
  it('refuses the 51st edit in a minute until the first is a minute old', async () => {
    const { web, control, general } = await start({ rateLimits: true, now: () => FROZEN });
    const { ts = '' } = await web.chat.postMessage({ channel: general, text: 'x' });
    const edit = () => web.chat.update({ channel: general, ts, text: 'y' });
    for (let i = 0; i < 50; i += 1) await edit();
    const refused = await edit().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(WebAPIRateLimitedError);
    expect(refused).toMatchObject({ retryAfter: expect.any(Number) });
    expect(await web.chat.postMessage({ channel: general, text: 'other methods go on' })).toMatchObject({ ok: true });
    await control.advance(60_000);
    expect(await edit()).toMatchObject({ ok: true });
    await control.resetLimits();
  });

  it('lets a burst of posts into a channel, then one a second', async () => {
    const { web, control, general } = await start({ rateLimits: true, now: () => FROZEN });
    const posts = Array.from({ length: 12 }, () => web.chat.postMessage({ channel: general, text: 'x' }));
    const results = await Promise.allSettled(posts);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(10);
    await control.advance(1000);
    expect(await web.chat.postMessage({ channel: general, text: 'x' })).toMatchObject({ ok: true });
    await expect(web.chat.postMessage({ channel: general, text: 'x' })).rejects.toMatchObject({ retryAfter: 1 });
  });
});
