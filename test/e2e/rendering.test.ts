/** What people see of a run, over the wire: what a message leaves out is said, and arrives whole as a file. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../fakes/slack-control.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { finished, mention, read, startWorld, type World } from './world.ts';

describeWithWall('the message', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 90_000);
  afterAll(() => world.stop());

  const run = async (source: string) => {
    const { control, ada, general } = world;
    const text = `${await mention(control, '')}\n\`\`\`python\n${source}\n\`\`\``;
    const root = await control.say(ada, general, text);
    const answer = await finished(control, general, root);
    return { root, answer, shown: read(answer) };
  };

  /** A file of the thread, once it stands there. */
  const fileIn = async (root: string, name: string) => {
    const messages = await until(
      () => world.control.thread(world.general, root),
      (all) => all.some(({ files }) => files.some((file) => file.name === name)),
    );
    const file = messages.flatMap(({ files }) => files).find((one) => one.name === name);
    return (await world.control.fileBytes(file?.id ?? '')).toString();
  };

  it('shows the ends of a long program, and brings it whole', async () => {
    const source = Array.from({ length: 60 }, (_, index) => `x${index} = ${index}`).join('\n');
    const { root, shown } = await run(source);
    expect(shown).toContain('# ⋯ 46 of 60 lines left out, all in step-1.py ⋯');
    expect(shown).toMatch(/x59 = 59/);
    expect((await fileIn(root, 'step-1.py')).trim()).toBe(source);
  });

  it('shows where a long traceback began and how it ended, and brings it whole', async () => {
    const { root, answer, shown } = await run('import json\ndef load(text):\n    return json.loads(text)\nload("{")');
    expect(shown).toMatch(
      /return json\.loads\(text\)[\s\S]*left out, all in step-1-error\.txt[\s\S]*JSONDecodeError: /,
    );
    expect(shown).not.toContain('decoder.py');
    expect(answer.text).toMatch(/^Failed\. The error was `JSONDecodeError/);
    expect(await fileIn(root, 'step-1-error.txt')).toContain('decoder.py');
  });

  it('fits a wide data frame into a thread', async () => {
    const { shown } = await run(
      'import pandas as pd\npd.DataFrame({f"a long column {n}": [n * 1_000_000] for n in range(6)})',
    );
    const table = shown.split('\n').filter((line) => /a long column|000000|─/.test(line) && !line.includes('pd.'));
    expect(table).toHaveLength(9);
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(50);
  });
});
