import { expect, test } from 'vitest';
import type { Api } from '../../../src/local/slack/page/net/api.ts';
import type { SocketEvents } from '../../../src/local/slack/page/net/link.ts';
import { type Session, startSession } from '../../../src/local/slack/page/session.ts';
import { channelMessages } from '../../../src/local/slack/page/state/select.ts';
import type { Storage } from '../../../src/local/slack/page/storage.ts';
import type { PageAction, PageMessage, PagePush } from '../../../src/local/slack/protocol.ts';
import { boot, message, ts } from './builders.ts';

interface Stage {
  readonly session: Session;
  readonly asked: string[];
  readonly acted: PageAction[];
  /** What the server holds now. */
  readonly server: { messages: PageMessage[]; answer: 'ok' | 'refused' };
  push(push: PagePush): void;
  lost(): void;
}

function stage(): Stage {
  const server: Stage['server'] = { messages: [], answer: 'ok' };
  const asked: string[] = [];
  const acted: PageAction[] = [];
  const refused = { ok: false, refused: true, error: 'Open the printed address.' } as const;
  const answered = async <T>(what: string, value: T) => {
    asked.push(what);
    return server.answer === 'ok' ? ({ ok: true, value } as const) : refused;
  };
  const api: Api = {
    boot: () => answered('boot', boot()),
    history: (channel, before) =>
      answered(`history ${channel} ${before}`.trim(), {
        messages: server.messages.filter((each) => each.channel === channel),
        hasMore: false,
      }),
    thread: (channel, threadTs) =>
      answered(`thread ${channel} ${threadTs}`, {
        messages: server.messages.filter((each) => each.threadTs === threadTs),
      }),
    act: async (action) => {
      acted.push(action);
      return { ok: false, error: 'Not now.' };
    },
    upload: async () => ({ ok: false, error: 'No.' }),
  };
  const kept = new Map<string, string>();
  const storage: Storage = { get: (key) => kept.get(key) ?? '', set: (key, value) => kept.set(key, value) };
  let events: SocketEvents | undefined;
  const session = startSession({
    api,
    storage,
    remembered: { me: '', place: null, read: {}, readSince: ts(0) },
    connect: (given) => {
      events = given;
      return { restart: () => {}, stop: () => {} };
    },
  });
  return { session, asked, acted, server, push: (push) => events?.push(push), lost: () => events?.lost() };
}

/** Resolves when the session's state satisfies `isSo`. */
function until(session: Session, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!isSo()) return;
      stop();
      resolve();
    };
    const stop = session.subscribe(check);
    check();
  });
}

const everythingLoaded = ({ session }: Stage) => {
  return until(session, () => ['C1', 'C2', 'D1'].every((id) => session.state().loaded[id] !== undefined));
};

test('a new connection loads the workspace, then the open channel, then the others', async () => {
  const on = stage();
  on.push({ seq: 5, type: 'hello' });
  await everythingLoaded(on);
  expect(on.asked).toEqual(['boot', 'history C1', 'history C2', 'history D1']);
});

test('a gap loads everything again, and what was missed appears', async () => {
  const on = stage();
  on.push({ seq: 5, type: 'hello' });
  await everythingLoaded(on);
  on.server.messages.push(message(1), message(2));
  on.push({ seq: 7, type: 'message', message: message(2) });
  await until(on.session, () => channelMessages(on.session.state(), 'C1').length === 2);
  expect(on.asked.slice(4, 6)).toEqual(['boot', 'history C1']);
});

test('a thread is fetched when it is opened, once', async () => {
  const on = stage();
  on.push({ seq: 5, type: 'hello' });
  await everythingLoaded(on);
  const place = { channel: 'C1', threadTs: ts(1) };
  on.session.go(place);
  await until(on.session, () => on.session.state().threads[`C1/${ts(1)}`] === true);
  on.session.go({ channel: 'C1' });
  on.session.go(place);
  expect(on.asked.filter((each) => each.startsWith('thread'))).toEqual([`thread C1 ${ts(1)}`]);
});

test('a refusal is kept as the server’s sentence and ends with the next greeting', async () => {
  const on = stage();
  on.server.answer = 'refused';
  on.lost();
  await until(on.session, () => on.session.state().refusal === 'Open the printed address.');
  on.server.answer = 'ok';
  on.push({ seq: 1, type: 'hello' });
  expect(on.session.state().refusal).toBeNull();
});

test('an action is done as the chosen person, and its failure is a toast unless asked for quietly', async () => {
  const on = stage();
  on.push({ seq: 5, type: 'hello' });
  await everythingLoaded(on);
  on.session.dispatch({ type: 'act-as', person: 'U2' });
  await on.session.act({ type: 'join', channel: 'C2' }, 'quietly');
  expect(on.session.state().toasts).toEqual([]);
  await on.session.act({ type: 'join', channel: 'C2' });
  expect(on.acted).toEqual([
    { as: 'U2', type: 'join', channel: 'C2' },
    { as: 'U2', type: 'join', channel: 'C2' },
  ]);
  expect(on.session.state().toasts.map((toast) => toast.text)).toEqual(['Not now.']);
});
