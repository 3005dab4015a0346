import { describe, expect, test } from 'vitest';
import { isGap } from '../../../src/local/slack/page/state/push.ts';
import { type Change, reduce } from '../../../src/local/slack/page/state/reduce.ts';
import { channelMessages, threadMessages, unreadOf } from '../../../src/local/slack/page/state/select.ts';
import type { State } from '../../../src/local/slack/page/state/state.ts';
import type { PageMessage, PageView } from '../../../src/local/slack/protocol.ts';
import { boot, channel, message, started, ts } from './builders.ts';

function played(state: State, ...changes: readonly Change[]): State {
  return changes.reduce(reduce, state);
}

function pushed(seq: number, what: PageMessage): Change {
  return { type: 'push', push: { seq, type: 'message', message: what } };
}

function deleted(seq: number, second: number): Change {
  return { type: 'push', push: { seq, type: 'message.deleted', channel: 'C1', ts: ts(second) } };
}

function history(
  messages: readonly PageMessage[],
  options: { hasMore?: boolean; before?: string; since?: number } = {},
): Change {
  const { hasMore = false, before = '', since = 10 } = options;
  return { type: 'history', channel: 'C1', page: { messages, hasMore }, before, since };
}

const texts = (state: State): string[] => channelMessages(state, 'C1').map((each) => each.text);

describe('live messages', () => {
  test('an edit replaces the message in place and keeps its neighbours', () => {
    const state = played(started(), history([message(1), message(2)]));
    const edited = played(state, pushed(11, message(1, { text: 'edited', revision: 1 })));
    expect(texts(edited)).toEqual(['edited', 'message 2']);
    expect(edited.messages['C1']?.[ts(2)]).toBe(state.messages['C1']?.[ts(2)]);
  });

  test('messages are shown by time, whatever order they come in', () => {
    const state = played(started(), history([]), pushed(11, message(3)), pushed(12, message(1)));
    expect(texts(state)).toEqual(['message 1', 'message 3']);
  });

  test('a push that was applied already changes nothing', () => {
    const state = played(started(), history([]), pushed(11, message(1)));
    expect(played(state, pushed(11, message(1, { text: 'again' })))).toBe(state);
  });

  test('a step over a number is a gap, the next number is none', () => {
    const push = (seq: number) => ({ seq, type: 'bot', connected: true }) as const;
    expect([isGap(started(), push(11)), isGap(started(), push(12))]).toEqual([false, true]);
  });

  test('a deleted message goes and a load that began earlier does not bring it back', () => {
    const state = played(started(), history([message(1)]), deleted(11, 1), history([message(1)]));
    expect(texts(state)).toEqual([]);
  });

  test('a reply shows in its thread; in the channel only when it was also sent there', () => {
    const root = message(1);
    const quiet = message(2, { threadTs: root.ts });
    const loud = message(3, { threadTs: root.ts, subtype: 'thread_broadcast' });
    const state = played(started(), history([root]), pushed(11, quiet), pushed(12, loud));
    expect(texts(state)).toEqual(['message 1', 'message 3']);
    expect(threadMessages(state, 'C1', root.ts)).toEqual([root, quiet, loud]);
  });

  test('only the person it is for sees an ephemeral message, until it is dismissed', () => {
    const mine = message(1, { ephemeralFor: 'U1' });
    const theirs = message(2, { ephemeralFor: 'U2' });
    const state = played(started(), history([]), pushed(11, mine), pushed(12, theirs));
    expect(texts(state)).toEqual(['message 1']);
    expect(texts(played(state, { type: 'dismiss', channel: 'C1', ts: mine.ts }))).toEqual([]);
  });
});

describe('loading', () => {
  test('a push that came after the question outlives the older answer', () => {
    const live = pushed(11, message(1, { text: 'newest', revision: 2 }));
    expect(texts(played(started(), live, history([message(1, { text: 'older' })])))).toEqual(['newest']);
  });

  test('after a gap the server is right: edits and deletions that nobody pushed', () => {
    const state = played(started(), history([message(1), message(2)]), pushed(11, message(3)));
    const again = played(state, history([message(1, { text: 'edited' }), message(3)], { since: 11 }));
    expect(texts(again)).toEqual(['edited', 'message 3']);
  });

  test('an ephemeral message survives a load: the server does not store it', () => {
    const state = played(started(), history([]), pushed(11, message(2, { ephemeralFor: 'U1' })));
    expect(texts(played(state, history([message(1)], { since: 11 })))).toEqual(['message 1', 'message 2']);
  });

  test('an edit of a message older than the window stays out of the list until its page is loaded', () => {
    const state = played(started(), history([message(5), message(6)], { hasMore: true }), pushed(11, message(1)));
    expect(texts(state)).toEqual(['message 5', 'message 6']);
    const older = played(state, history([message(1), message(4)], { before: ts(5), since: 11 }));
    expect(texts(older)).toEqual(['message 1', 'message 4', 'message 5', 'message 6']);
  });

  test('loading the newest page again keeps older pages that join on to it', () => {
    const state = played(
      started(),
      history([message(5), message(6)], { hasMore: true }),
      history([message(3), message(4)], { before: ts(5), hasMore: true }),
    );
    const again = played(state, history([message(5), message(6)], { hasMore: true }));
    expect(texts(again)).toEqual(['message 3', 'message 4', 'message 5', 'message 6']);
    expect(again.loaded['C1']).toEqual({ oldest: ts(3), hasMore: true });
  });

  test('with a hole in between the list starts at the new page', () => {
    const state = played(started(), history([message(1), message(2)], { hasMore: true }));
    expect(texts(played(state, history([message(8), message(9)], { hasMore: true })))).toEqual([
      'message 8',
      'message 9',
    ]);
  });

  test('a restarted server that counts from one is believed', () => {
    const state = played(started(), history([message(1)]), pushed(11, message(1, { text: 'before' })));
    const hello: Change = { type: 'push', push: { seq: 0, type: 'hello' } };
    const again = played(state, hello, history([message(1, { text: 'after' })], { since: 0 }), pushed(1, message(2)));
    expect(texts(again)).toEqual(['after', 'message 2']);
  });

  test('a thread is complete after loading, without what was deleted meanwhile', () => {
    const root = message(1);
    const place = { channel: 'C1', threadTs: root.ts };
    const replies = [message(2, { threadTs: root.ts }), message(3, { threadTs: root.ts })] as const;
    const loaded = played(started(), { type: 'thread', place, page: { messages: [root, ...replies] }, since: 10 });
    const again = played(loaded, { type: 'thread', place, page: { messages: [root, replies[1]] }, since: 10 });
    expect(threadMessages(again, 'C1', root.ts)).toEqual([root, replies[1]]);
  });
});

describe('people and places', () => {
  test('a remembered person or channel that is gone gives way to one that exists', () => {
    const state = { ...started(), me: 'U9', place: { channel: 'C9' } };
    const again = played(state, { type: 'booted', boot: boot() });
    expect([again.me, again.place]).toEqual(['U1', { channel: 'C1' }]);
  });

  test('the first place is a channel with the person and the bot in it', () => {
    const channels = [channel('C5', { botIsMember: false }), channel('C6', { members: ['U2', 'UB'] }), channel('C7')];
    const again = played({ ...started(), place: null }, { type: 'booted', boot: boot({ channels }) });
    expect(again.place).toEqual({ channel: 'C7' });
  });

  test('acting as somebody who cannot see the open channel moves to one they can', () => {
    const secret = channel('C8', { kind: 'private', members: ['U1'] });
    const joined = played(started(), { type: 'push', push: { seq: 11, type: 'channel', channel: secret } });
    const there = played(joined, { type: 'go', place: { channel: 'C8' } });
    expect(played(there, { type: 'act-as', person: 'U2' })).toMatchObject({ me: 'U2', place: { channel: 'C1' } });
  });

  test('bold for a message, a number for a mention, nothing once seen', () => {
    const c2 = (second: number, text: string) => message(second, { channel: 'C2', text });
    const loaded: Change = {
      type: 'history',
      channel: 'C2',
      page: { messages: [], hasMore: false },
      before: '',
      since: 10,
    };
    const bold = played(started(), loaded, pushed(11, c2(1, 'hello')));
    const called = played(bold, pushed(12, c2(2, 'look <@U1>')));
    const seen = played(called, { type: 'go', place: { channel: 'C2' } }, { type: 'seen' });
    const marks = [bold, called, seen].map((state) => unreadOf(state, channel('C2')));
    expect(marks).toEqual([
      { isUnread: true, badge: 0 },
      { isUnread: true, badge: 1 },
      { isUnread: false, badge: 0 },
    ]);
  });

  test('one’s own messages and joins are not news', () => {
    const state = played(
      started(),
      history([]),
      pushed(11, message(1, { user: 'U1' })),
      pushed(12, message(2, { subtype: 'channel_join' })),
    );
    expect(unreadOf(state, channel('C1'))).toEqual({ isUnread: false, badge: 0 });
  });

  test('a reply of the bot in one’s own thread makes the channel bold until the thread is seen', () => {
    const root = message(1, { user: 'U1', replyCount: 1, replyUsers: ['UB'], latestReply: ts(2) });
    const state = played(started(), history([root]), pushed(11, message(2, { user: 'UB', threadTs: root.ts })), {
      type: 'seen',
    });
    expect(unreadOf(state, channel('C1')).isUnread).toBe(true);
    const seen = played(state, { type: 'go', place: { channel: 'C1', threadTs: root.ts } }, { type: 'seen' });
    expect(unreadOf(seen, channel('C1')).isUnread).toBe(false);
  });

  test('the New line stands where reading ended and stays while one is there', () => {
    const c2 = (second: number) => message(second, { channel: 'C2' });
    const page = { messages: [c2(1)], hasMore: false };
    const state = played(started(), { type: 'history', channel: 'C2', page, before: '', since: 10 });
    const entered = played(state, { type: 'go', place: { channel: 'C2' } }, { type: 'seen' });
    expect(entered.newAfter).toBe(ts(0));
    expect(played(entered, pushed(11, c2(2))).newAfter).toBe(ts(0));
  });
});

describe('modals, status and toasts', () => {
  const view = (changes: Partial<PageView> = {}): PageView => {
    return { id: 'V1', callbackId: 'c', title: 'T', blocks: [], user: 'U1', ...changes };
  };
  const open: Change = { type: 'push', push: { seq: 11, type: 'view.open', view: view() } };

  test('an update replaces a view and clears its errors; closing removes it', () => {
    const errors: Change = {
      type: 'push',
      push: { seq: 12, type: 'view.errors', viewId: 'V1', errors: { b: 'Fill this in.' } },
    };
    const update: Change = { type: 'push', push: { seq: 13, type: 'view.update', view: view({ title: 'New' }) } };
    const state = played(started(), open, errors, update);
    expect([state.views, state.viewErrors]).toEqual([[view({ title: 'New' })], { V1: {} }]);
    expect(
      played(state, { type: 'push', push: { seq: 14, type: 'view.close', viewId: 'V1', user: 'U1' } }).views,
    ).toEqual([]);
  });

  test('an empty status clears the thread’s, and a new connection clears all', () => {
    const status = (seq: number, text: string): Change => {
      return { type: 'push', push: { seq, type: 'status', channel: 'C1', threadTs: ts(1), text } };
    };
    const running = played(started(), status(11, 'is running…'));
    expect(running.statuses).toEqual({ [`C1/${ts(1)}`]: 'is running…' });
    expect(played(running, status(12, '')).statuses).toEqual({});
    expect(played(running, { type: 'push', push: { seq: 11, type: 'hello' } }).statuses).toEqual({});
  });

  test('a toast is for its person, once for the same sentence, and at most four', () => {
    const toast = (seq: number, user: string, text: string): Change => ({
      type: 'push',
      push: { seq, type: 'toast', user, text },
    });
    const state = played(started(), toast(11, 'U2', 'not mine'), toast(12, 'U1', 'a'), toast(13, 'U1', 'a'));
    expect(state.toasts.map((each) => each.text)).toEqual(['a']);
    const many = ['b', 'c', 'd', 'e'].reduce((now, text) => reduce(now, { type: 'toast', text }), state);
    expect(many.toasts.map((each) => each.text)).toEqual(['b', 'c', 'd', 'e']);
  });
});
