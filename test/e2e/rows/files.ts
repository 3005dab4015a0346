/** Attached files, those of odd kinds included. */
import { expect } from 'vitest';
import { mention } from '../world.ts';
import type { Proofs } from './proof.ts';
import { textsOf } from './recorded-model.ts';
import { fence } from './stage.ts';

export const files: Proofs = {
  'files.before-code': async (stage) => {
    const ids = await stage.upload({ 'sales.csv': 'name,n\na,40\nb,2\n' });
    const source = 'import pandas as pd\nprint("sum", pd.read_csv("sales.csv")["n"].sum())';
    expect(await stage.shown(await stage.ask(fence(source), { files: ids }))).toContain('sum 42');
  },

  'files.known': async (stage) => {
    const ids = await stage.upload({ 'sales.csv': 'name,n\na,40\nb,2\n', 'notes.txt': 'some notes' });
    const root = await stage.ask('summarise the attached table', { files: ids });
    expect(await stage.shown(root)).toContain('2 rows, 2 columns: name, n');
    const asked = stage.model.requests.find((request) => textsOf(request)[0]?.includes('summarise the attached table'));
    const [told = ''] = textsOf(asked ?? expect.fail('nothing was asked'));
    expect(told).toMatch(/^- sales\.csv \(16 bytes, text\/csv\)$/m);
    expect(told).toMatch(/^- notes\.txt \(10 bytes, text\/plain\)$/m);
    expect(told).toMatch(/name[\s\S]*n[\s\S]*40/);
  },

  'files.same-name': async (stage) => {
    const ids = [
      ...(await stage.upload({ 'data.txt': 'the first' })),
      ...(await stage.upload({ 'data.txt': 'the second' })),
    ];
    const source = 'import glob\nprint(sorted(open(name).read() for name in glob.glob("data*.txt")))';
    expect(await stage.shown(await stage.ask(fence(source), { files: ids }))).toContain("['the first', 'the second']");
  },

  'files.alone': async (stage) => {
    const ids = await stage.upload({ 'alone.csv': 'city,people\nBonn,330000\n' });
    const root = await stage.ask('', { files: ids });
    await stage.answer(root);
    const [told = ''] = textsOf(stage.model.requests.at(-1) ?? expect.fail('nothing was asked'));
    expect(told).toMatch(/^Take a look at what is attached[\s\S]*alone\.csv[\s\S]*Bonn/);
  },

  'bad.many-files': async (stage) => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`part-${n + 1}.txt`, `part ${n + 1}`]));
    const root = await stage.ask(
      fence('import os\nprint(len([n for n in os.listdir(".") if n.startswith("part-")]))'),
      {
        files: await stage.upload(many),
      },
    );
    const answer = await stage.shown(root);
    expect(answer).toMatch(/^20$/m);
    expect(answer).toContain(
      'I take 20 files at once, so these are not in the sandbox: part-21.txt, part-22.txt, part-23.txt, part-24.txt, part-25.txt.',
    );
  },

  'bad.odd-files': async (stage) => {
    const ids = await stage.upload({
      '🎉 party.csv': 'a\n1\n',
      '../../etc/escape.txt': 'inside',
      'empty.csv': '',
      'raw.bin': new Uint8Array([0, 255, 1]),
      'broken.png': 'no picture',
    });
    const source = [
      'import os',
      'print(sorted(os.listdir(".")))',
      'print(open("raw.bin", "rb").read(), os.path.getsize("empty.csv"), os.path.exists("/etc/escape.txt"))',
    ].join('\n');
    const answer = await stage.shown(await stage.ask(fence(source), { files: ids }));
    for (const name of ['🎉 party.csv', 'raw.bin', 'broken.png', 'escape.txt']) expect(answer).toContain(`${name}'`);
    expect(answer).toContain(String.raw`b'\x00\xff\x01' 0 False`);
    expect(answer).toMatch(/empty\.csv is empty \(0 bytes\)/);
  },

  'bad.files-gone': async (stage) => {
    const { control } = stage;
    const { general, ada } = stage.world;
    const files = await stage.upload({ 'here.csv': 'n\n1\n' });
    const ts = await control.say(ada, general, 'look at these', { files });
    const posted = (await control.events()).map(({ event }) => event as Readonly<Record<string, unknown>>);
    const sent = posted.findLast((event) => event['ts'] === ts) ?? expect.fail('no event');
    const stubs = [
      { id: 'FDELETED1', mode: 'tombstone' },
      { id: 'FHIDDEN01', name: 'old.csv', mode: 'hidden_by_limit' },
      { id: 'FSTUB0001', mode: 'file_access', file_access: 'check_file_info' },
    ];
    const text = await mention(control, fence('import os\nprint(sorted(os.listdir(".")))'));
    const event = { type: 'app_mention', channel: general, user: ada, ts, event_ts: ts, text };
    await control.deliver({ ...event, files: [...(sent['files'] as readonly object[]), ...stubs] });
    const answer = await stage.shown(ts);
    expect(answer).toContain("['here.csv']");
    expect(answer).toMatch(/FDELETED1”?: it was deleted from Slack\. Attach it again\./);
    expect(answer).toMatch(/old\.csv”?: it is older than what the plan of this workspace shows\. Attach it again\./);
    expect(answer).toMatch(/FSTUB0001”?: it was deleted from Slack\. Attach it again\./);
  },
};
