import type { App } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import { until } from '../../fakes/slack-control.ts';
import { raw, start, startBolt } from './support.ts';

type Note = Record<string, unknown>;

const modal = (title: string) => ({
  type: 'modal' as const,
  callback_id: 'form',
  title: { type: 'plain_text' as const, text: title },
  submit: { type: 'plain_text' as const, text: 'Go' },
  notify_on_close: true,
  private_metadata: 'm',
  blocks: [
    {
      type: 'input' as const,
      block_id: 'code',
      label: { type: 'plain_text' as const, text: 'Code' },
      element: { type: 'plain_text_input' as const, action_id: 'text', multiline: true },
    },
    {
      type: 'input' as const,
      block_id: 'lang',
      optional: true,
      label: { type: 'plain_text' as const, text: 'Language' },
      element: {
        type: 'static_select' as const,
        action_id: 'pick',
        options: [
          { text: { type: 'plain_text' as const, text: 'Python' }, value: 'py' },
          { text: { type: 'plain_text' as const, text: 'Bash' }, value: 'sh' },
        ],
      },
    },
  ],
});

describe('slash commands', () => {
  it('carries the place, the person and the text, and shows the answer to that person', async () => {
    const { slack, control, general, ada } = await start();
    const notes: Note[] = [];
    await startBolt(slack, (app) => {
      app.command('/run', async ({ ack, command }) => {
        notes.push({ ...command });
        await ack({ text: 'on it' });
      });
    });
    await control.say(ada, general, '/run plot a < b');
    await until(
      () => control.ephemerals(),
      (messages) => messages.length === 1,
    );
    expect(notes).toMatchObject([
      {
        command: '/run',
        text: 'plot a &lt; b',
        channel_id: general,
        channel_name: 'general',
        user_id: ada,
        user_name: 'ada',
      },
    ]);
    expect(notes[0]).not.toHaveProperty('thread_ts');
    expect(await control.ephemerals()).toMatchObject([{ text: 'on it', ephemeralFor: ada }]);
    expect(await control.messages(general)).toEqual([]);
  });

  it('answers in the channel, under the command as it was typed', async () => {
    const { slack, control, general, ada, bot } = await start();
    await startBolt(slack, (app) => {
      app.command('/run', async ({ ack }) => ack({ response_type: 'in_channel', text: 'here' }));
    });
    await control.act({ as: ada, type: 'command', channel: general, command: '/run', text: 'it' });
    const messages = await until(
      () => control.messages(general),
      (all) => all.length === 2,
    );
    expect(messages).toMatchObject([
      { user: ada, text: '/run it' },
      { user: bot, text: 'here' },
    ]);
  });

  it('refuses unknown commands and commands in threads', async () => {
    const { control, general, ada } = await start();
    const root = await control.say(ada, general, 'root');
    expect(await control.act({ as: ada, type: 'command', channel: general, command: '/fly', text: '' })).toMatchObject({
      ok: false,
      error: '/fly is not a command here. Put a space before the slash to send it as a message.',
    });
    await expect(control.say(ada, general, '/run x', { threadTs: root })).rejects.toThrow('cannot be used in a thread');
  });

  it.each([
    ['does not answer within three seconds', true, '/run failed with the error operation_timeout'],
    ['is not connected', false, '/run failed with the error dispatch_failed'],
  ])('tells the person when the app %s', async (_name, connected, text) => {
    const { slack, control, general, ada } = await start();
    const asked: unknown[] = [];
    if (connected) await startBolt(slack, (app) => app.command('/run', async ({ body }) => void asked.push(body)));
    await control.say(ada, general, '/run x');
    if (connected)
      await until(
        () => asked,
        (all) => all.length === 1,
      );
    await control.advance(3000);
    const notices = await until(
      () => control.notices(),
      (all) => all.length > 0,
    );
    expect(notices).toMatchObject([{ type: 'toast', user: ada, text }]);
  });
});

describe('response URLs', () => {
  async function pressed(prepare: (app: App, notes: Note[]) => void) {
    const started = await start();
    const notes: Note[] = [];
    await startBolt(started.slack, (app) => prepare(app, notes));
    const button = {
      type: 'button' as const,
      action_id: 'stop',
      value: 'v1',
      text: { type: 'plain_text' as const, text: 'Stop' },
    };
    const { ts = '' } = await started.web.chat.postMessage({
      channel: started.general,
      text: 'running',
      blocks: [{ type: 'actions', block_id: 'b1', elements: [button] }],
    });
    const press = () =>
      started.control.act({
        as: started.ada,
        type: 'press',
        channel: started.general,
        ts,
        blockId: 'b1',
        actionId: 'stop',
      });
    return { ...started, notes, ts, press };
  }

  it('sends a press with the message it is on, and replaces that message', async () => {
    const { notes, press, control, general, ts, ada } = await pressed((app, all) => {
      app.action('stop', async ({ ack, body, action, respond }) => {
        await ack();
        all.push({ ...body, action });
        await respond({ replace_original: true, text: 'stopped' });
      });
    });
    expect(await press()).toEqual({ ok: true });
    const [message] = await until(
      () => control.messages(general),
      (all) => all[0]?.text === 'stopped',
    );
    expect(message?.versions.map((version) => version.text)).toEqual(['running', 'stopped']);
    expect(notes).toMatchObject([
      {
        type: 'block_actions',
        user: { id: ada, username: 'ada' },
        container: { type: 'message', message_ts: ts, channel_id: general, is_ephemeral: false },
        channel: { id: general, name: 'general' },
        message: { ts, text: 'running' },
        action: { type: 'button', action_id: 'stop', block_id: 'b1', value: 'v1' },
      },
    ]);
  });

  it('works five times and for half an hour', async () => {
    const { notes, press, control } = await pressed((app, all) => {
      app.action('stop', async ({ ack, body }) => {
        await ack();
        all.push({ ...body });
      });
    });
    await press();
    await press();
    await until(
      () => notes,
      (all) => all.length === 2,
    );
    const answer = async (index: number) => {
      const body = JSON.stringify({ text: 'hello' });
      return (
        await fetch(String(notes[index]?.['response_url']), {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        })
      ).status;
    };
    const uses = [];
    for (let i = 0; i < 6; i += 1) uses.push(await answer(0));
    expect(uses).toEqual([200, 200, 200, 200, 200, 404]);
    await control.advance(30 * 60_000 + 1);
    expect(await answer(1)).toBe(404);
  });

  it('takes presses on an ephemeral message from its reader alone, and lets the app remove it', async () => {
    const { web, control, general, ada, grace, notes } = await pressed((app, all) => {
      app.action('stop', async ({ ack, body, respond }) => {
        await ack();
        all.push({ ...body });
        await respond({ delete_original: true });
      });
    });
    const button = { type: 'button' as const, action_id: 'stop', text: { type: 'plain_text' as const, text: 'Stop' } };
    const blocks = [{ type: 'actions' as const, block_id: 'e', elements: [button] }];
    const { message_ts: ts = '' } = await web.chat.postEphemeral({ channel: general, user: ada, text: 'psst', blocks });
    const press = (as: string) =>
      control.act({ as, type: 'press', channel: general, ts, blockId: 'e', actionId: 'stop' });
    expect(await press(grace)).toMatchObject({ ok: false });
    expect(await press(ada)).toEqual({ ok: true });
    await until(
      () => control.ephemerals(),
      (all) => all.length === 0,
    );
    expect(notes).toMatchObject([{ container: { is_ephemeral: true, message_ts: ts } }]);
    expect(notes[0]).not.toHaveProperty('message');
  });

  it('says when the app does not answer a press, or is not there', async () => {
    const { press, control, notes } = await pressed((app, all) => {
      app.action('stop', async ({ body }) => void all.push({ ...body }));
    });
    const answer = press();
    await until(
      () => notes,
      (all) => all.length === 1,
    );
    await control.advance(3000);
    expect(await answer).toEqual({ ok: false, error: 'Threadbox did not answer in time. Try again in a moment.' });
    await control.cut();
    expect(await press()).toEqual({ ok: false, error: 'Threadbox is not connected. Try again in a moment.' });
  });

  it('refuses a press on what is no longer there', async () => {
    const { web, control, general, ts, ada, press } = await pressed(() => {});
    await web.chat.update({ channel: general, ts, text: 'done' });
    expect(await press()).toMatchObject({ ok: false });
    expect(
      await control.act({ as: ada, type: 'press', channel: general, ts: '1.000000', blockId: 'b1', actionId: 'stop' }),
    ).toMatchObject({
      ok: false,
    });
  });
});

describe('modals', () => {
  async function withForm(onSubmit: (app: App, notes: Note[]) => void) {
    const started = await start({ scopes: ['users:read'] });
    const notes: Note[] = [];
    await startBolt(started.slack, (app) => {
      app.shortcut('run_new', async ({ ack, client, shortcut }) => {
        await ack();
        await client.views.open({ trigger_id: shortcut.trigger_id, view: modal('Run') });
        notes.push({ trigger: shortcut.trigger_id });
      });
      onSubmit(app, notes);
    });
    await started.control.act({ as: started.ada, type: 'shortcut', callbackId: 'run_new' });
    const [view] = await until(
      () => started.control.views(),
      (views) => views.length === 1,
    );
    const viewId = view?.id ?? '';
    const submit = (text: string) =>
      started.control.act({
        as: started.ada,
        type: 'view.submit',
        viewId,
        state: { code: { text }, lang: { pick: 'sh' } },
      });
    return { ...started, notes, viewId, submit };
  }

  it('opens, submits its state and closes', async () => {
    const { control, submit, notes } = await withForm((app, all) => {
      app.view('form', async ({ ack, view }) => {
        await ack();
        all.push({ values: view.state.values, metadata: view.private_metadata });
      });
    });
    expect(await submit('print(1)')).toEqual({ ok: true });
    expect(await control.views()).toEqual([]);
    expect(notes.at(-1)).toMatchObject({
      metadata: 'm',
      values: {
        code: { text: { type: 'plain_text_input', value: 'print(1)' } },
        lang: { pick: { type: 'static_select', selected_option: { value: 'sh' } } },
      },
    });
  });

  it('shows the errors of the app, and asks for what is required before it asks the app', async () => {
    const { control, submit, viewId } = await withForm((app) => {
      app.view('form', async ({ ack }) => ack({ response_action: 'errors', errors: { code: 'Too short.' } }));
    });
    await submit('');
    await submit('x');
    expect(await control.notices()).toMatchObject([
      { type: 'view.errors', viewId, errors: { code: 'This field is required.' } },
      { type: 'view.errors', viewId, errors: { code: 'Too short.' } },
    ]);
    expect(await control.views()).toHaveLength(1);
  });

  it('updates, pushes and clears as the app answers', async () => {
    const answers = [
      { response_action: 'update' as const, view: modal('Second') },
      { response_action: 'push' as const, view: modal('Third') },
      { response_action: 'clear' as const },
    ];
    const { control, submit } = await withForm((app) => {
      app.view('form', async ({ ack }) => ack(answers.shift()));
    });
    await submit('x');
    expect((await control.views()).map((view) => view.view['title'])).toMatchObject([{ text: 'Second' }]);
    await submit('x');
    const stack = await control.views();
    expect(stack).toMatchObject([{}, { previousId: stack[0]?.id, rootId: stack[0]?.id }]);
    await submit('x');
    expect(await control.views()).toEqual([]);
  });

  it('tells the app that a form was closed', async () => {
    const { control, ada, viewId, notes } = await withForm((app, all) => {
      app.view({ type: 'view_closed', callback_id: 'form' }, async ({ ack, body }) => {
        await ack();
        all.push({ ...body });
      });
    });
    await control.act({ as: ada, type: 'view.close', viewId });
    await until(
      () => notes,
      (all) => all.length === 2,
    );
    expect(notes[1]).toMatchObject({ type: 'view_closed', is_cleared: false, view: { id: viewId } });
  });

  it('says when the app does not answer', async () => {
    const { control, submit, notes } = await withForm((app, all) => {
      app.view('form', async ({ view }) => void all.push({ ...view }));
    });
    const answer = submit('x');
    await until(
      () => notes,
      (all) => all.length === 2,
    );
    await control.advance(3000);
    expect(await answer).toMatchObject({ ok: false });
    expect(await control.views()).toHaveLength(1);
  });

  it('takes a trigger once, and for three seconds', async () => {
    const { slack, control, notes, ada } = await withForm(() => {});
    await until(
      () => notes,
      (all) => all.length === 1,
    );
    const open = (trigger_id: unknown) => raw(slack, 'views.open', { trigger_id, view: modal('x') });
    expect(await open(notes[0]?.['trigger'])).toMatchObject({ error: 'exchanged_trigger_id' });
    expect(await open('1.2.3')).toMatchObject({ error: 'invalid_trigger_id' });
    await startBolt(slack, () => {});
    await control.act({ as: ada, type: 'shortcut', callbackId: 'run_new' });
  });

  it('updates a modal while its hash fits', async () => {
    const { slack, control, viewId } = await withForm(() => {});
    const [view] = await control.views();
    const update = (args: object) => raw(slack, 'views.update', { view_id: viewId, view: modal('New'), ...args });
    expect(await update({ hash: '1.old' })).toMatchObject({ error: 'hash_conflict' });
    expect(await update({ hash: view?.hash })).toMatchObject({
      ok: true,
      view: { id: viewId, title: { text: 'New' } },
    });
    expect(await update({ view_id: 'V0' })).toMatchObject({ error: 'not_found' });
  });

  it('stacks three modals at most', async () => {
    const { slack, control, ada } = await start({ scopes: ['users:read'] });
    const triggers: string[] = [];
    await startBolt(slack, (app) => {
      app.shortcut('run_new', async ({ ack, shortcut }) => {
        triggers.push(shortcut.trigger_id);
        await ack();
      });
    });
    const show = async (method: string) => {
      await control.act({ as: ada, type: 'shortcut', callbackId: 'run_new' });
      return (await raw(slack, method, { trigger_id: triggers.at(-1), view: modal('x') }))['error'];
    };
    expect([await show('views.open'), await show('views.push'), await show('views.push')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await show('views.push')).toBe('push_limit_reached');
    expect(await control.views()).toHaveLength(3);
  });

  it('refuses a modal Slack would not show', async () => {
    const { slack } = await start();
    const { submit: _submit, ...noSubmit } = modal('x');
    for (const view of [
      modal('x'.repeat(25)),
      noSubmit,
      { ...modal('x'), blocks: [] },
      { ...modal('x'), callback_id: 'x'.repeat(256) },
    ]) {
      expect(await raw(slack, 'views.open', { trigger_id: '1', view })).toMatchObject({ error: 'invalid_arguments' });
    }
    const large = { ...modal('x'), huge: 'x'.repeat(250_001) };
    expect(await raw(slack, 'views.open', { trigger_id: '1', view: large })).toMatchObject({ error: 'view_too_large' });
  });
});

describe('message shortcuts', () => {
  it('carries the message', async () => {
    const { slack, control, general, ada } = await start({ scopes: ['users:read'] });
    const notes: Note[] = [];
    await startBolt(slack, (app) => {
      app.shortcut('run_message', async ({ ack, body }) => {
        await ack();
        notes.push({ ...body });
      });
    });
    const ts = await control.say(ada, general, 'print(1)');
    await control.act({ as: ada, type: 'shortcut', callbackId: 'run_message', channel: general, ts });
    await until(
      () => notes,
      (all) => all.length === 1,
    );
    expect(notes).toMatchObject([
      { type: 'message_action', message_ts: ts, message: { text: 'print(1)' }, channel: { id: general } },
    ]);
  });
});
