import type { ComponentChildren } from 'preact';
import { usePage } from '../page-context.ts';
import { channelById, personById } from '../state/select.ts';
import { emojiCharacter, hasEmoji } from '../text/emoji.ts';
import type { Inline, Mark } from '../text/nodes.ts';
import { cx } from '../ui/cx.ts';

const tags: Readonly<Record<Mark, 'strong' | 'em' | 's' | 'u' | 'code'>> = {
  bold: 'strong',
  italic: 'em',
  strike: 's',
  underline: 'u',
  code: 'code',
};

/** Draws inlines. Keys are positions: a live edit appends to or replaces the tail, and the rest of the DOM stays. */
export function Inlines({ of }: { readonly of: readonly Inline[] }) {
  return (
    <>
      {of.map((inline, index) => (
        <InlineView key={index} inline={inline} />
      ))}
    </>
  );
}

function InlineView({ inline }: { readonly inline: Inline }): ComponentChildren {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'break':
      return <br />;
    case 'marked': {
      const Tag = tags[inline.mark];
      return (
        <Tag class={inline.mark === 'code' ? 'inline-code' : undefined}>
          <Inlines of={inline.children} />
        </Tag>
      );
    }
    case 'link':
      return (
        <a href={inline.url} target="_blank" rel="noreferrer noopener">
          <Inlines of={inline.children} />
        </a>
      );
    case 'emoji':
      return <Emoji name={inline.name} />;
    case 'color':
      return <ColorChip value={inline.value} />;
    case 'user':
      return <UserMention id={inline.id} label={inline.label} />;
    case 'channel':
      return <ChannelMention id={inline.id} label={inline.label} />;
    case 'broadcast':
      return <span class="mention is-me">@{inline.range}</span>;
    case 'group':
      return <span class="mention">{inline.label}</span>;
  }
}

export function Emoji({ name }: { readonly name: string }) {
  if (!hasEmoji(name)) return <span>:{name}:</span>;
  return (
    <span class="emoji" role="img" aria-label={name.replaceAll('_', ' ')} title={`:${name}:`}>
      {emojiCharacter(name)}
    </span>
  );
}

function ColorChip({ value }: { readonly value: string }) {
  return (
    <span>
      <span class="color-chip" style={{ backgroundColor: value }} aria-hidden="true" />
      {value}
    </span>
  );
}

function UserMention({ id, label }: { readonly id: string; readonly label: string | undefined }) {
  const { state, openDm } = usePage();
  const person = personById(state, id);
  if (!person) return <span class="mention">@{label ?? id}</span>;
  return (
    <button type="button" class={cx('mention', id === state.me && 'is-me')} onClick={() => openDm(id)}>
      @{person.name}
    </button>
  );
}

function ChannelMention({ id, label }: { readonly id: string; readonly label: string | undefined }) {
  const { state, session } = usePage();
  const channel = channelById(state, id);
  if (!channel) return <span class="mention">#{label ?? id}</span>;
  return (
    <button type="button" class="mention" onClick={() => session.go({ channel: id })}>
      #{channel.name}
    </button>
  );
}
