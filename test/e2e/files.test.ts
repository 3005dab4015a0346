/** Attached files: in the sandbox before the code runs, and known to the model by what really stands in them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithWall } from '../fakes/wall.ts';
import { finished, mention, read, startWorld, type World } from './world.ts';

const FENCE = '```';
const holds = (envelope: Readonly<Record<string, unknown>>, ts: string): boolean =>
  JSON.stringify(envelope).includes(`"ts":"${ts}"`);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describeWithWall('attached files', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 60_000);
  afterAll(async () => {
    await world.stop();
  });

  const ask = async (text: string, files: Readonly<Record<string, Uint8Array>>): Promise<string> => {
    const { control, general, ada } = world;
    const ids: string[] = [];
    for (const [name, content] of Object.entries(files)) ids.push((await control.upload(ada, name, content)).id);
    const root = await control.say(ada, general, await mention(control, text), { files: ids });
    return read(await finished(control, general, root));
  };
  const code = (source: string): string => `${FENCE}python\n${source}\n${FENCE}`;

  it('are read by code that runs as it is', async () => {
    const source = 'import pandas as pd\nprint("sum", pd.read_csv("sales.csv")["n"].sum())';
    expect(await ask(code(source), { 'sales.csv': bytes('name,n\na,40\nb,2\n') })).toContain('sum 42');
  }, 60_000);

  it('are known to the model by name, which writes code for them', async () => {
    const answer = await ask('summarise the attached table', { '../sales.csv': bytes('name,n\na,40\nb,2\n') });
    expect(answer).toContain('2 rows, 2 columns: name, n');
  }, 60_000);

  it('that are gone are named, each with what to do, and the turn goes on with the rest', async () => {
    const { control, general, ada } = world;
    const here = await control.upload(ada, 'here.csv', bytes('n\n1\n'));
    const ts = await control.say(ada, general, 'look at these', { files: [here.id] });
    const [posted] = (await control.events()).flatMap((envelope) => (holds(envelope, ts) ? [envelope['event']] : []));
    const files = [
      ...((posted as { readonly files?: readonly object[] } | undefined)?.files ?? []),
      { id: 'FDELETED1', mode: 'tombstone' },
      { id: 'FHIDDEN01', name: 'old.csv', mode: 'hidden_by_limit' },
      { id: 'FSTUB0001', mode: 'file_access', file_access: 'check_file_info' },
    ];
    const text = await mention(control, code('import os\nprint(sorted(os.listdir(".")))'));
    await control.deliver({ type: 'app_mention', channel: general, user: ada, ts, event_ts: ts, text, files });
    const answer = read(await finished(control, general, ts));
    expect(answer).toContain("['here.csv']");
    expect(answer).toMatch(/FDELETED1”?: it was deleted from Slack\. Attach it again\./);
    expect(answer).toMatch(/old\.csv”?: it is older than what the plan of this workspace shows\. Attach it again\./);
    expect(answer).toMatch(/FSTUB0001”?: it was deleted from Slack\. Attach it again\./);
  }, 60_000);

  it('keep their emoji, and an empty one, a binary and an unreadable picture are there', async () => {
    const answer = await ask(code('import os\nprint(sorted(os.listdir(".")))'), {
      '🎉 party.csv': bytes('a\n1\n'),
      'empty.csv': new Uint8Array(),
      'raw.bin': new Uint8Array([0, 255, 1]),
      'broken.png': bytes('no picture'),
    });
    expect(answer).toContain('🎉 party.csv');
    expect(answer).toContain('raw.bin');
    expect(answer).toContain('broken.png');
    expect(answer).toMatch(/empty\.csv is empty \(0 bytes\)/);
  }, 60_000);
});
