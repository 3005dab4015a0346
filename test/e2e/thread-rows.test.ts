/** What people do in threads and with `/run` beside asking, over the wire: each row asserted on what Slack holds. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlMessage, until } from '../fakes/slack-control.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { answers, finished, mention, read, startWorld, type World } from './world.ts';

const FENCE = '```';
const FOREVER = `${FENCE}python\nimport time\nkept = 1\nprint("started", flush=True)\nwhile True: time.sleep(0.05)\n${FENCE}`;
const code = (source: string) => `${FENCE}python\n${source}\n${FENCE}`;

describeWithWall('in a thread', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 60_000);
  afterAll(async () => {
    await world.stop();
  });

  const ask = async (text: string, as = world.ada): Promise<string> =>
    world.control.say(as, world.general, await mention(world.control, text));
  const reply = (root: string, text: string, as = world.ada) =>
    world.control.say(as, world.general, text, { threadTs: root });
  const said = async (root: string, words: RegExp): Promise<ControlMessage> => {
    const find = async () => (await world.control.thread(world.general, root)).find(({ text }) => words.test(text));
    const message = await until(find, (found) => found !== undefined);
    if (!message) throw new Error('not said');
    return message;
  };
  const running = (root: string, nth = 0) =>
    until(
      () => answers(world.control, world.general, root),
      (found) => /started/.test(read(found[nth] ?? { blocks: [] })),
      30_000,
    );
  const reactions = async (root: string, ts: string) =>
    (await world.control.thread(world.general, root)).find((message) => message.ts === ts)?.reactions ?? [];
  const whisper = async (words: RegExp) =>
    until(
      async () => (await world.control.ephemerals()).find(({ text }) => words.test(text)),
      (found) => found !== undefined,
    );
  const run = (text: string, as = world.ada, channel = world.general) =>
    world.control.act({ as, type: 'command', channel, command: '/run', text });

  it('`status`, `reset` and `end` do what they say, and a closed thread waits for a mention', async () => {
    const root = await ask(code('x = 41'));
    await finished(world.control, world.general, root);
    await reply(root, 'status');
    await said(root, /^Nothing is running\. The sandbox is awake/);

    await reply(root, 'reset');
    await said(root, /^The next run here starts in a fresh sandbox/);
    await reply(root, code('print("x" in globals())'));
    expect(read(await finished(world.control, world.general, root, 1))).toContain('False');

    await reply(root, 'End');
    await said(root, /^This session is ended/);
    await reply(root, code('print("not for you")'));
    await reply(root, await mention(world.control, code('print("again")')));
    expect(read(await finished(world.control, world.general, root, 2))).toContain('again');
    expect(await answers(world.control, world.general, root)).toHaveLength(3);
  });

  it('a task that waits bears a sign; its edit counts, its deletion takes it away; the edit of a running one is said', async () => {
    const root = await ask(FOREVER);
    await running(root);
    const edited = await reply(root, code('print("old words")'));
    const deleted = await reply(root, code('print("deleted")'));
    await until(
      () => reactions(root, edited),
      (found) => found.some(({ name }) => name === 'hourglass_flowing_sand'),
    );
    await reply(root, 'status');
    await said(root, /^Running: .*Waiting: /);

    const at = { as: world.ada, channel: world.general } as const;
    await world.control.act({ ...at, type: 'edit', ts: edited, text: code('print("new words")') });
    await world.control.act({ ...at, type: 'delete', ts: deleted });
    await world.control.act({ ...at, type: 'edit', ts: root, text: await mention(world.control, code('print(2)')) });
    await said(root, /^You edited your message after I started/);
    await reply(root, 'stop');

    expect(read(await finished(world.control, world.general, root, 1))).toContain('new words');
    await until(
      () => reactions(root, edited),
      (found) => found.length === 0,
    );
    await reply(root, code('print("last")'));
    expect(read(await finished(world.control, world.general, root, 2))).toContain('last');
  });

  it('deleting the message of a running task stops it, also where the thread keeps a stone in its place', async () => {
    const root = await ask(FOREVER);
    await running(root);
    await world.control.act({ as: world.ada, type: 'delete', channel: world.general, ts: root });
    expect(read(await finished(world.control, world.general, root))).toContain('Stopped');
  });

  it('a mention in a thread it does not know brings the thread and its files along', async () => {
    const { control, general, grace, ada } = world;
    const file = await control.upload(grace, 'prices.csv', Buffer.from('item,price\na,1\nb,2\n'));
    const root = await control.say(grace, general, 'our prices of this week', { files: [file.id] });
    await control.say(grace, general, 'they look high to me', { threadTs: root });
    await control.say(ada, general, await mention(control, code('print(open("prices.csv").read())')), {
      threadTs: root,
    });
    expect(read(await finished(control, general, root))).toContain('item,price');
  });

  it('`/run status`, `stop` and `end` answer in private, with links to the threads', async () => {
    const root = await ask(FOREVER, world.grace);
    await running(root);
    await run('status', world.grace);
    const status = await whisper(/^Your work in this channel/);
    expect(status?.text).toContain(`/archives/${world.general}/p${root.replace('.', '')}|• Running: “import time`);
    await run('stop', world.grace);
    expect(read(await finished(world.control, world.general, root))).toContain('Stopped');
    await run('end', world.grace);
    await whisper(/^I ended your sessions/);
    await said(root, /^This session is ended/);
    await run('status', world.grace);
    await whisper(/^You have nothing running/);
  });

  it('`/run model` names the model and its host, and no key', async () => {
    await run('model', world.ada);
    const said = await whisper(/^The model is/);
    expect(said?.text).toMatch(/^The model is threadbox-scripted at 127\.0\.0\.1:\d+\./);
    expect(said?.text).not.toContain(world.services.env['ANTHROPIC_API_KEY'] ?? 'no key');
  });

  it('`/run` where it is no member offers the direct message, which runs the task once', async () => {
    const { control, ada } = world;
    await control.act({ as: ada, type: 'create-channel', name: 'elsewhere' });
    const { id } = await control.channel('elsewhere');
    await run(code('print("moved")'), ada, id);
    const offer = await whisper(/^I am not in this channel/);
    const block = offer?.blocks.find(({ type }) => type === 'actions');
    const press = {
      as: ada,
      type: 'press',
      channel: id,
      ts: offer?.ts ?? '',
      blockId: String(block?.['block_id']),
      actionId: 'run.direct',
    } as const;
    expect(await control.act(press)).toEqual({ ok: true });
    const dm = await control.directMessage(ada);
    const roots = await until(
      () => control.messages(dm),
      (found) => found.length > 0,
    );
    expect(read(await finished(control, dm, roots[0]?.ts ?? ''))).toContain('moved');
    await whisper(/^I am taking this to our direct message/);
    expect(await control.messages(dm)).toHaveLength(1);
  });
});
