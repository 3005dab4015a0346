import { RecordingReplies } from '../fakes/recording-replies.ts';
import { until } from '../fakes/slack-control.ts';
import { hastyClock, startReplies } from '../slack/slack-world.ts';
import { type RepliesWorld, repliesContract } from './replies.ts';

repliesContract('the fake', async () => {
  const replies = new RecordingReplies();
  replies.foreign.add('C0FOREIGN');
  let files = 0;
  const world: RepliesWorld = {
    replies,
    team: 'T0001',
    user: 'U0ALICE',
    channel: 'C0GENERAL',
    foreignChannel: 'C0FOREIGN',
    direct: 'D0ALICE',
    say: async (channel) => replies.post({ team: 'T0001', channel, threadTs: null }, 'hello'),
    seen: async (channel) => replies.seen().filter((message) => message.channel === channel),
    whispers: async (user) => replies.whispers.filter((one) => one.user === user).map((one) => one.text),
    marks: async (channel, ts) => {
      const on = new Set<string>();
      for (const [, sign, name = ''] of replies.marks.flatMap((line) => {
        const match = /^([+-])(\S+) (.*)$/.exec(line);
        return match?.[3] === `${channel}/${ts}` ? [match] : [];
      })) {
        if (sign === '+') on.add(name);
        else on.delete(name);
      }
      return [...on];
    },
    attached: async (name, bytes) => {
      files += 1;
      replies.stored.set(`F${files}`, bytes);
      return { id: `F${files}`, name, mimetype: 'text/csv', sizeBytes: bytes.byteLength, url: '' };
    },
    until: async (isDone) => {
      await until(isDone, (done) => done);
    },
    stop: async () => {},
  };
  return world;
});

repliesContract('Slack, over the wire', async () => {
  const slack = await startReplies(hastyClock(), 5_000);
  const { control } = slack;
  const person = await control.person('ada');
  const direct = await control.directMessage(person.id);
  const { team } = await control.state();
  const world: RepliesWorld = {
    replies: slack.replies,
    team: team.id,
    user: person.id,
    channel: slack.channel,
    foreignChannel: slack.foreignChannel,
    direct,
    say: (channel) => control.say(person.id, channel, 'hello'),
    seen: (channel) => slack.seen(channel),
    whispers: async (user) =>
      (await control.ephemerals()).filter((one) => one.ephemeralFor === user).map((one) => one.text),
    marks: async (channel, ts) =>
      (await control.thread(channel, ts)).find((message) => message.ts === ts)?.reactions.map(({ name }) => name) ?? [],
    attached: (name, bytes) => slack.attached(person.id, name, bytes),
    until: async (isDone) => {
      await until(isDone, (done) => done);
    },
    stop: () => slack.stop(),
  };
  return world;
});
