/** The slash command in all its forms. */
import { expect } from 'vitest';
import { until } from '../../fakes/slack-control.ts';
import { read } from '../world.ts';
import type { Proofs } from './proof.ts';
import { buttonsOf, FOREVER, fence, type Stage } from './stage.ts';

/** A channel with Grace in it. */
async function newChannel(stage: Stage, name: string): Promise<string> {
  await stage.control.act({ as: stage.world.grace, type: 'create-channel', name });
  return (await stage.control.channel(name)).id;
}

const invite = async (stage: Stage, channel: string) => {
  expect(await stage.control.act({ as: stage.world.grace, type: 'invite-bot', channel })).toMatchObject({ ok: true });
};

export const command: Proofs = {
  'run.opens-thread': async (stage) => {
    const { ada, general } = stage.world;
    await stage.run('compute the first 12 Fibonacci numbers with statistics');
    const root = await stage.opened(new RegExp(`^<@${ada}> ran: compute the first 12`));
    expect(root).toMatchObject({ isBot: true, channel: general });
    expect(await stage.shown(root.ts)).toMatch(/Done[\s\S]*89/);
    await stage.reply(root.ts, fence('print(len(fibs))'));
    expect(await stage.shown(root.ts, 1)).toContain('12');
  },

  'run.code': async (stage) => {
    const asked = stage.model.requests.length;
    await stage.run(fence('print("from a command")'));
    const root = await stage.opened(/ran: print\("from a command"\)/);
    const answer = await stage.shown(root.ts);
    expect(answer).toContain('from a command');
    expect(answer).not.toMatch(/tokens/);
    expect(stage.model.requests).toHaveLength(asked);
  },

  'run.not-member': async (stage) => {
    const { control } = stage;
    const { grace } = stage.world;
    const channel = await newChannel(stage, 'elsewhere');
    await stage.run(fence('print("moved", 40 + 2)'), grace, channel);
    const offer = await stage.whispered(/^I am not in this channel\. Write `\/invite @threadbox`/);
    expect(offer.ephemeralFor).toBe(grace);
    await Promise.all([stage.press(offer, 'run.direct', grace), stage.press(offer, 'run.direct', grace)]);
    const dm = await control.directMessage(grace);
    const [root] = await until(
      () => control.messages(dm),
      (found) => found.length > 0,
    );
    expect(root?.text).toContain('print("moved", 40 + 2)');
    expect(await stage.shown(root?.ts ?? '', 0, dm)).toContain('moved 42');
    await stage.whispered(/^I am taking this to our direct message/);
    expect(await control.messages(dm)).toHaveLength(1);
    expect((await control.messages(channel)).filter(({ isBot }) => isBot)).toEqual([]);
  },

  'run.not-member-long': async (stage) => {
    const { grace } = stage.world;
    const channel = await newChannel(stage, 'too-long-for-a-button');
    await stage.run(`explain this: ${'so many words '.repeat(200)}`, grace, channel);
    const refusal = await stage.whispered(/too long to take along/);
    expect(refusal).toMatchObject({ ephemeralFor: grace, channel });
    expect(refusal.text).toContain('/invite @threadbox');
    expect(buttonsOf(refusal)).toEqual([]);
  },

  'run.direct-message': async (stage) => {
    const { ada } = stage.world;
    const dm = await stage.control.directMessage(ada);
    await stage.run(fence('print("in our DM")'), ada, dm);
    const root = await stage.opened(/ran: print\("in our DM"\)/, dm);
    expect(await stage.shown(root.ts, 0, dm)).toContain('in our DM');
  },

  'run.help': async (stage) => {
    const { ada, grace, general } = stage.world;
    const before = await stage.control.messages(general);
    await stage.run('help', ada);
    await stage.run('', grace);
    const find = async () =>
      (await stage.control.ephemerals()).filter(({ blocks }) => /Mention me with a task/.test(read({ blocks })));
    const helped = await until(find, (found) => found.some((one) => one.ephemeralFor === grace));
    expect(helped.some((one) => one.ephemeralFor === ada)).toBe(true);
    expect(await stage.control.messages(general)).toHaveLength(before.length);
  },

  'run.status': async (stage) => {
    const { general, grace } = stage.world;
    const root = await stage.ask(FOREVER, { as: grace });
    await stage.showing(root, /started/);
    await stage.run('status', grace);
    const status = await stage.whispered(/^Your work in this channel/);
    expect(status.ephemeralFor).toBe(grace);
    expect(status.text).toContain(`/archives/${general}/p${root.replace('.', '')}|• Running: “import time`);
    await stage.reply(root, 'stop', grace);
    await stage.answer(root);
  },

  'run.stop': async (stage) => {
    const { ada, general, grace } = stage.world;
    const channel = await newChannel(stage, 'to-go-on');
    await invite(stage, channel);
    const [mine, theirs] = [await stage.ask(FOREVER, { as: grace }), await stage.ask(FOREVER)];
    const elsewhere = await stage.ask(FOREVER, { as: grace, channel });
    await stage.showing(mine, /started/);
    await stage.showing(theirs, /started/);
    await stage.showing(elsewhere, /started/, 0, channel);
    await stage.run('stop', grace);
    expect(await stage.shown(mine)).toContain(`Stopped* by <@${grace}>`);
    const said = await stage.whispered(/^I stopped your work in this channel/);
    expect(said.text).toContain(`/p${mine.replace('.', '')}|• Stopped: 1 task`);
    expect(said.text).not.toContain(theirs.replace('.', ''));
    await stage.showing(theirs, /Running/);
    await stage.showing(elsewhere, /Running/, 0, channel);
    await stage.run('stop', ada, general);
    expect(await stage.shown(theirs)).toContain(`Stopped* by <@${ada}>`);
    await stage.run('stop', grace, channel);
    expect(await stage.shown(elsewhere, 0, channel)).toContain(`Stopped* by <@${grace}>`);
    await stage.run('stop', grace);
    await stage.whispered(/^You have nothing running in this channel/);
  },

  'run.end': async (stage) => {
    const { grace } = stage.world;
    const channel = await newChannel(stage, 'to-be-ended');
    await invite(stage, channel);
    const [one, running] = [
      await stage.ask(fence('x = 1'), { as: grace, channel }),
      await stage.ask(FOREVER, { as: grace, channel }),
    ];
    await stage.answer(one, 0, channel);
    await stage.showing(running, /started/, 0, channel);
    await stage.run('end', grace, channel);
    const said = await stage.whispered(/^I ended your sessions/);
    for (const root of [one, running]) {
      expect(said.text).toContain(`/p${root.replace('.', '')}|`);
      await stage.said(root, /^This session is ended/, channel);
    }
    expect(await stage.shown(running, 0, channel)).toContain('The session was ended, and its sandbox with it.');
    await stage.run('status', grace, channel);
    await stage.whispered(/^You have nothing running and no sessions in this channel/);
  },

  'run.model': async (stage) => {
    await stage.run('model');
    const { text } = await stage.whispered(/^The model is/);
    expect(text).toMatch(/^The model is threadbox-scripted at 127\.0\.0\.1:\d+\./);
    expect(text).not.toContain(stage.world.services.env['ANTHROPIC_API_KEY'] ?? 'no key');
  },
};
