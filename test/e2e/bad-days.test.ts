/** Places that change under a turn: the bot says what it can, once, and works on elsewhere. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlMessage, until } from '../fakes/slack-control.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { answers, finished, isFinal, mention, read, startWorld, type World } from './world.ts';

const FENCE = '```';
const code = (source: string) => `${FENCE}python\n${source}\n${FENCE}`;
const FOREVER = code('import time\nprint("star" "ted", flush=True)\nwhile True: time.sleep(0.05)');

describeWithWall('on a bad day', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 60_000);
  afterAll(async () => {
    await world?.stop();
  });

  const ask = async (text: string, channel = world.general): Promise<string> =>
    world.control.say(world.ada, channel, await mention(world.control, text));
  const newChannel = async (name: string): Promise<string> => {
    const { control, ada } = world;
    await control.act({ as: ada, type: 'create-channel', name });
    const { id } = await control.channel(name);
    await control.act({ as: ada, type: 'invite-bot', channel: id });
    return id;
  };
  const running = async (channel: string, root: string): Promise<ControlMessage> => {
    const [answer] = await until(
      () => answers(world.control, channel, root),
      ([first]) => first !== undefined && /started/.test(read(first)),
      30_000,
    );
    if (!answer) throw new Error('no answer');
    return answer;
  };
  const pressStop = async (channel: string, answer: ControlMessage) => {
    const block = answer.blocks.find(({ type }) => type === 'actions');
    const blockId = String(block?.['block_id'] ?? '');
    const press = { as: world.ada, type: 'press', channel, ts: answer.ts, blockId, actionId: 'turn.stop' } as const;
    return world.control.act(press);
  };
  /** A new mention in another channel is answered. */
  const worksElsewhere = async () => {
    const root = await ask(code('print(6 * 7)'));
    expect(read(await finished(world.control, world.general, root))).toContain('42');
  };
  /** Calls about the channel that Slack refused. */
  const refused = async (channel: string, error: string) =>
    (await world.control.requests()).filter(
      ({ args, answer }) => args['channel'] === channel && (answer as { error?: string } | undefined)?.error === error,
    ).length;

  it("goes on where the thread's root is deleted by somebody else, and answers there again", async () => {
    const { control, general, grace, ada } = world;
    const root = await control.say(grace, general, 'who can compute this?');
    const reply = async (text: string) => control.say(ada, general, await mention(control, text), { threadTs: root });
    await reply(FOREVER);
    const answer = await running(general, root);
    await control.act({ as: grace, type: 'delete', channel: general, ts: root });
    expect((await control.thread(general, root))[0]?.text).toBe('This message was deleted.');
    await reply(code('print("after the deletion")'));
    await pressStop(general, answer);

    expect(read(await finished(control, general, root))).toContain('Stopped');
    expect(read(await finished(control, general, root, 1))).toContain('after the deletion');
    await worksElsewhere();
  });

  it('removed from the channel in mid-turn, it ends the turn and posts nothing; invited again, it answers', async () => {
    const { control, ada } = world;
    const channel = await newChannel('left-alone');
    const root = await ask(FOREVER, channel);
    const answer = await running(channel, root);
    await control.removeBot(channel);
    const before = (await control.thread(channel, root)).length;
    expect(await pressStop(channel, answer)).toEqual({ ok: true });
    expect(read(await finished(control, channel, root))).toContain('Stopped');
    const held = await ask(code('print("invited again")'), channel);
    await worksElsewhere();
    expect(await control.thread(channel, root)).toHaveLength(before);
    expect(await control.thread(channel, held)).toHaveLength(1);

    await control.act({ as: ada, type: 'invite-bot', channel });
    expect(read(await finished(control, channel, held))).toContain('invited again');
  });

  it('ends the turn of an archived channel in its store, tries no more, and answers elsewhere at once', async () => {
    const { control, ada } = world;
    const channel = await newChannel('closed-down');
    const root = await ask(FOREVER, channel);
    const late = await control.say(ada, channel, 'one more thing');
    await running(channel, root);
    await control.archive(channel);
    const stop = { type: 'message', channel, channel_type: 'channel', user: ada, text: 'stop', thread_ts: root };
    await control.deliver({ ...stop, ts: '1900000000.000100', event_ts: '1900000000.000100' });
    const isRefusedPost = async () =>
      (await control.requests('chat.postMessage')).filter(({ args }) => args['channel'] === channel).at(-1)?.answer;
    await until(isRefusedPost, (answer) => JSON.stringify(answer ?? {}).includes('is_archived'));
    await worksElsewhere();
    const tried = await refused(channel, 'is_archived');
    expect(tried).toBeLessThanOrEqual(4);

    const text = await mention(control, code('print("too late")'));
    await control.deliver({ type: 'app_mention', channel, user: ada, text, ts: late, event_ts: late });
    await until(
      () => refused(channel, 'is_archived'),
      (count) => count > tried,
    );
    await worksElsewhere();
    const triedLate = await refused(channel, 'is_archived');
    expect(triedLate).toBeLessThanOrEqual(tried + 2);
    const shown = await control.thread(channel, root);
    expect(shown.filter((message) => !isFinal(message))).toHaveLength(1);

    // Whatever was left open in the store would be closed by the next start, with a message.
    await world.stopBot();
    await control.archive(channel, false);
    await world.startBot();
    await worksElsewhere();
    expect(await control.thread(channel, root)).toEqual(shown);
    expect(await control.thread(channel, late)).toHaveLength(1);
    expect(await refused(channel, 'is_archived')).toBe(triedLate);

    // Its message could not show its end. Whoever takes it for a turn that runs learns better from the button itself.
    const [stale] = await answers(control, channel, root);
    await pressStop(channel, stale ?? expect.fail('no answer'));
    const closed = read(await finished(control, channel, root));
    expect(closed).toMatch(/Stopped\* by[\s\S]*print\("star" "ted"[\s\S]*Re-run/);
    expect(await control.thread(channel, root)).toHaveLength(shown.length);
    await until(
      () => control.ephemerals(),
      (all) => all.some(({ text }) => /Nothing is running here/.test(text)),
    );
    await control.say(ada, channel, await mention(control, code('print("open again")')), { threadTs: root });
    expect(read(await finished(control, channel, root, 1))).toContain('open again');
  });
});
