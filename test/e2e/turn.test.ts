/** The newcomer's turn, over the wire: unmodified SDKs against the local world, asserted on what Slack holds. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../fakes/slack-control.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { answers, finished, mention, read, startWorld, type World } from './world.ts';

const FENCE = '```';

describeWithWall('a turn', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ MODEL_INPUT_PRICE: '2', MODEL_OUTPUT_PRICE: '10' }, { modelPaceMs: 15 });
  }, 60_000);
  afterAll(async () => {
    await world.stop();
  });

  const ask = async (text: string): Promise<string> =>
    world.control.say(world.ada, world.general, await mention(world.control, text));

  it('streams into one message, then keeps its variables for the reply', async () => {
    const { control, general, ada } = world;
    const root = await ask('compute the first 20 Fibonacci numbers with statistics');
    const answer = await finished(control, general, root);
    const states = answer.versions.map(read);

    expect(await answers(control, general, root)).toHaveLength(1);
    expect(states.length).toBeGreaterThan(4);
    expect(states[0]).toMatch(/Starting|Thinking/);
    expect(states.some((state) => /Writing Python/.test(state))).toBe(true);
    expect(states.some((state) => /Running Python/.test(state))).toBe(true);
    const last = read(answer);
    expect(last).toMatch(/Done/);
    expect(last).toContain('4,181');
    expect(last).toMatch(/1 run · \S+ tokens in, \S+ out · \$0\.00\d · new sandbox/);

    const reply = await control.say(ada, general, 'now plot them as a bar chart and save it as fibonacci.png', {
      threadTs: root,
    });
    expect(reply).not.toBe('');
    const plotted = await finished(control, general, root, 1);
    expect(read(plotted)).toMatch(/Done/);
    expect(read(plotted)).toMatch(/· variables kept$/m);
    expect(read(plotted)).not.toMatch(/NameError/);
    const files = await until(
      async () => (await control.thread(general, root)).flatMap((message) => message.files),
      (found) => found.length > 0,
    );
    expect(files.map(({ name }) => name)).toEqual(['fibonacci.png']);
    const [chart] = files;
    expect(chart?.altText).not.toBe('');
    expect((await control.fileBytes(chart?.id ?? '')).subarray(1, 4).toString()).toBe('PNG');
  });

  it('repairs a failing run in sight and announces it', async () => {
    const { control, general } = world;
    const root = await ask('which product category has the highest average price?');
    const answer = await finished(control, general, root);
    expect(read(answer)).toMatch(/Done/);
    const replies = (await control.thread(general, root)).map(({ text }) => text);
    expect(replies.filter((text) => text.startsWith('Attempt 2 of 3'))).toHaveLength(1);
    expect(replies.some((text) => text.startsWith('Attempt 3 of 3'))).toBe(false);
  });

  it('gives up after three attempts and says why', async () => {
    const { control, general } = world;
    const root = await ask('how many rows are in the orders table of the sales database?');
    const answer = await finished(control, general, root);
    expect(read(answer)).toMatch(/Failed.*after 3 attempts/);
    const replies = (await control.thread(general, root)).map(({ text }) => text);
    expect(replies.filter((text) => /^Attempt [23] of 3/.test(text))).toHaveLength(2);
  });

  it('stops by the button, and keeps the variables', async () => {
    const { control, general, grace } = world;
    const root = await ask('run forever until stopped');
    const running = await until(
      () => answers(control, general, root),
      ([answer]) => answer !== undefined && /Running/.test(read(answer)) && /\d/.test(read(answer)),
      30_000,
    );
    const ts = running[0]?.ts ?? '';
    const button = running[0]?.blocks.find((block) => block.type === 'actions');
    const blockId = String(button?.['block_id'] ?? '');
    const pressed = await control.act({
      as: grace,
      type: 'press',
      channel: general,
      ts,
      blockId,
      actionId: 'turn.stop',
    });
    expect(pressed).toEqual({ ok: true });
    const answer = await finished(control, general, root);
    expect(read(answer)).toContain(`Stopped* by <@${grace}>`);
    expect(read(answer)).toMatch(/variables.*kept|kept.*variables/i);
  });

  it('stops by the word', async () => {
    const { control, general, ada } = world;
    const root = await ask('run forever until stopped');
    await until(
      () => answers(control, general, root),
      ([answer]) => answer !== undefined && /Running/.test(read(answer)),
      30_000,
    );
    await control.say(ada, general, 'stop', { threadTs: root });
    expect(read(await finished(control, general, root))).toMatch(/Stopped\* by/);
  });

  it('runs pasted code as it is, without the model', async () => {
    const { control, general } = world;
    const root = await ask(`${FENCE}\nx = 6\nprint(x * 7)\n${FENCE}`);
    const answer = read(await finished(control, general, root));
    expect(answer).toContain('42');
    expect(answer).not.toMatch(/tokens/);
  });

  it('shows program output literally, with progress bars collapsed and nobody notified', async () => {
    const { control, general } = world;
    const code = [
      'import sys',
      'print("\\x1b[31mred\\x1b[0m <!channel> <@U123> *bold* & done")',
      'for i in range(5): sys.stdout.write(f"\\r{i * 25} %")',
      'print()',
    ].join('\n');
    const root = await ask(`${FENCE}python\n${code}\n${FENCE}`);
    const answer = await finished(control, general, root);
    const output = read(answer);
    expect(output).toContain('red <!channel> <@U123> *bold* & done');
    expect(output).toContain('100 %');
    expect(output).not.toContain('75 %');
    expect(answer.text).not.toMatch(/<!channel>|<@U123>/);
  });

  it('keeps the tail of long output and sends the whole as a file', async () => {
    const { control, general } = world;
    const root = await ask(`${FENCE}python\nfor i in range(5000): print("line", i)\n${FENCE}`);
    const answer = read(await finished(control, general, root));
    expect(answer).toContain('line 4999');
    expect(answer).not.toContain('line 0\n');
    expect(answer).toContain('step-1-output.txt');
    const files = await until(
      async () => (await control.thread(general, root)).flatMap((message) => message.files),
      (found) => found.some(({ name }) => name === 'step-1-output.txt'),
    );
    const id = files.find(({ name }) => name === 'step-1-output.txt')?.id ?? '';
    const whole = (await control.fileBytes(id)).toString();
    expect(whole.split('\n').filter(Boolean)).toHaveLength(5000);
  });

  it('runs JavaScript and bash with state of their own', async () => {
    const { control, general, ada } = world;
    const root = await ask(`${FENCE}js\nconst n = 20; console.log(n + 1)\n${FENCE}`);
    expect(read(await finished(control, general, root))).toContain('21');
    await control.say(ada, general, `${FENCE}js\nn * 3\n${FENCE}`, { threadTs: root });
    expect(read(await finished(control, general, root, 1))).toContain('60');
    await control.say(ada, general, `${FENCE}bash\nX=5; echo "bash $((X + 2))"\n${FENCE}`, { threadTs: root });
    expect(read(await finished(control, general, root, 2))).toContain('bash 7');
  });

  it('answers /run in a thread it opens', async () => {
    const { control, general, ada } = world;
    await control.act({
      as: ada,
      type: 'command',
      channel: general,
      command: '/run',
      text: `${FENCE}python\nprint("from a command")\n${FENCE}`,
    });
    const roots = await until(
      () => control.messages(general),
      (found) => found.some(({ text }) => text.startsWith(`<@${ada}> ran:`)),
    );
    const root = roots.find(({ text }) => text.startsWith(`<@${ada}> ran:`))?.ts ?? '';
    expect(read(await finished(control, general, root))).toContain('from a command');
  });

  it('answers in a direct message at its top level', async () => {
    const { control, ada } = world;
    const dm = await control.directMessage(ada);
    await control.say(ada, dm, `${FENCE}\nprint("in private")\n${FENCE}`);
    const found = await until(
      () => control.messages(dm),
      (messages) =>
        messages.some((message) => message.isBot && /in private/.test(read(message)) && /Done/.test(read(message))),
      30_000,
    );
    expect(found.filter((message) => message.isBot)).toHaveLength(1);
  });

  it('makes one turn of the two events of a mention, however often they come', async () => {
    const { control, general } = world;
    const root = await ask('hello');
    await finished(control, general, root);
    await control.redeliver();
    await control.redeliver();
    // A second message proves that the redelivered events have been worked through.
    const next = await ask('hello again');
    await finished(control, general, next);
    expect(await answers(control, general, root)).toHaveLength(1);
  });

  it('has its session after a restart', async () => {
    const { control, general, ada } = world;
    const root = await ask(`${FENCE}\nkept = "still here"\n${FENCE}`);
    await finished(control, general, root);
    await world.stopBot();
    await control.say(ada, general, `${FENCE}\nprint(kept)\n${FENCE}`, { threadTs: root });
    await world.startBot();
    expect(read(await finished(control, general, root, 1))).toContain('still here');
  });
});
