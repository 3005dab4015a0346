/** The choices for what is being completed, best first. */
import type { PageChannel, PageCommand, PagePerson } from '../../protocol.ts';
import { emojiCharacter, findEmoji } from '../text/emoji.ts';
import { type Completion, matching } from './complete.ts';

export interface Option {
  readonly key: string;
  /** What is put into the text. */
  readonly insert: string;
  readonly label: string;
  readonly detail: string;
  /** What follows a command. */
  readonly usage?: string;
  readonly person?: PagePerson;
  readonly symbol?: string;
}

export interface Vocabulary {
  /** The bot first: it is the one most often called. */
  readonly people: readonly PagePerson[];
  /** Who is in the channel written to. */
  readonly members: readonly string[];
  readonly channels: readonly PageChannel[];
  readonly commands: readonly PageCommand[];
}

const most = 8;

const broadcasts = [
  { name: 'channel', detail: 'Everyone in this channel' },
  { name: 'here', detail: 'Everyone active in this channel' },
] as const;

export function optionsFor(completion: Completion, words: Vocabulary): readonly Option[] {
  switch (completion.kind) {
    case 'person':
      return [...people(completion.query, words), ...broadcast(completion.query)].slice(0, most);
    case 'channel':
      return matching(
        words.channels.filter((channel) => channel.kind !== 'im'),
        completion.query,
      )
        .slice(0, most)
        .map((channel) => ({
          key: channel.id,
          insert: `#${channel.name}`,
          label: channel.name,
          detail: channel.topic,
          symbol: '#',
        }));
    case 'emoji':
      return findEmoji(completion.query, most).map((name) => ({
        key: name,
        insert: `:${name}:`,
        label: `:${name}:`,
        detail: '',
        symbol: emojiCharacter(name),
      }));
    case 'command':
      return words.commands
        .filter((command) => command.command.slice(1).startsWith(completion.query))
        .map((command) => ({
          key: command.command,
          insert: command.command,
          label: command.command,
          usage: command.usageHint,
          detail: command.description,
          symbol: '/',
        }));
  }
}

function people(query: string, { people: all, members }: Vocabulary): readonly Option[] {
  return matching(all, query).map((person) => ({
    key: person.id,
    insert: `@${person.name}`,
    label: person.realName,
    detail: members.includes(person.id) ? person.name : `${person.name} · not in this channel`,
    person,
  }));
}

const broadcast = (query: string): readonly Option[] =>
  broadcasts
    .filter((each) => each.name.startsWith(query))
    .map(({ name, detail }) => ({ key: name, insert: `@${name}`, label: `@${name}`, detail, symbol: '📣' }));
