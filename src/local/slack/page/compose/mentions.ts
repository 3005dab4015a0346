/** Between what a person types (`@threadbox`, `#general`) and the ids it stands for (`<@U…>`, `<#C…|general>`). */
import { unescapeText } from '../text/escape.ts';
import { splitCode } from './fence.ts';

export interface Named {
  readonly id: string;
  readonly name: string;
}

const broadcasts = new Set(['here', 'channel', 'everyone']);

/** Known `@names` and `#channels` outside code become mentions; everything else stays as typed, unescaped. */
export function withMentions(typed: string, people: readonly Named[], channels: readonly Named[]): string {
  const personId = new Map(people.map((person) => [person.name.toLowerCase(), person.id]));
  const channelId = new Map(channels.map((channel) => [channel.name.toLowerCase(), channel.id]));
  const mention = (sign: string, name: string): string | undefined => {
    const id = sign === '@' ? personId.get(name.toLowerCase()) : channelId.get(name.toLowerCase());
    if (id === undefined) return undefined;
    return sign === '@' ? `<@${id}>` : `<#${id}|${name}>`;
  };
  const pattern = /(^|[^\p{L}\p{N}_.@#/&<-])([@#])([\p{L}\p{N}][\p{L}\p{N}._-]*)/gu;
  return splitCode(typed)
    .map((part) => {
      if (part.isCode) return part.text;
      return part.text.replace(pattern, (whole, before: string, sign: string, rest: string) => {
        // A trailing `.` or `-` is punctuation unless the whole is a name.
        const name = mention(sign, rest) === undefined ? rest.replace(/[._-]+$/, '') : rest;
        const found = mention(sign, name);
        return found === undefined ? whole : `${before}${found}${rest.slice(name.length)}`;
      });
    })
    .join('');
}

/** A stored message as it was typed, for editing it. An unknown id stays in its wire form. */
export function asTyped(wire: string, people: readonly Named[], channels: readonly Named[]): string {
  const nameOf = (all: readonly Named[], id: string) => all.find((each) => each.id === id)?.name;
  const typed = wire.replace(/<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>/g, (whole, sign: string, target: string, label) => {
    if (sign === '@') return prefixed('@', nameOf(people, target), whole);
    if (sign === '#') return prefixed('#', nameOf(channels, target) ?? label, whole);
    if (sign === '!') return broadcasts.has(target) ? `@${target}` : whole;
    return target;
  });
  return unescapeText(typed);
}

const prefixed = (sign: string, name: string | undefined, otherwise: string): string =>
  name === undefined ? otherwise : `${sign}${name}`;
