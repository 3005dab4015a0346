import type { PageChannel } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { placeKey } from '../place.ts';
import { isSystemMessage } from '../state/messages.ts';
import { channelMessages, dmPartner, personById } from '../state/select.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';

/** The beginning of a channel: what it is, and, while it is empty, tasks to try. */
export function ChannelIntro({ channel }: { readonly channel: PageChannel }) {
  const { state } = usePage();
  const isEmpty = channelMessages(state, channel.id).every(isSystemMessage);
  return (
    <section class="intro" aria-label="About this channel">
      {channel.kind === 'im' ? <DmWords channel={channel} /> : <ChannelWords channel={channel} />}
      {isEmpty && <Suggestions channel={channel} />}
    </section>
  );
}

function ChannelWords({ channel }: { readonly channel: PageChannel }) {
  return (
    <>
      <h2>
        <Icon name={channel.kind === 'private' ? 'lock' : 'hash'} size={30} /> {channel.name}
      </h2>
      <p>
        This is the very beginning of <strong>#{channel.name}</strong>. {channel.topic}
      </p>
    </>
  );
}

function DmWords({ channel }: { readonly channel: PageChannel }) {
  const { state } = usePage();
  const partner = dmPartner(state, channel);
  const isSelf = partner?.id === state.me;
  return (
    <>
      <div class="intro-person">
        <Avatar person={partner} size={48} />
        <h2>
          {partner?.realName} {partner?.isBot && <span class="app-tag">APP</span>}
        </h2>
      </div>
      <p>
        {isSelf
          ? 'This is your own space: nobody else sees it.'
          : partner?.isBot
            ? 'Write a task here, no mention needed. It runs in a sandbox, and the variables stay for the next message.'
            : `This conversation is between you and ${partner?.realName ?? 'this person'}.`}
      </p>
    </>
  );
}

/** Tasks that the page offers; a press fills the composer and leaves sending to the person. */
function Suggestions({ channel }: { readonly channel: PageChannel }) {
  const { state, drafts, focusComposer } = usePage();
  const boot = state.boot;
  const bot = personById(state, boot?.bot.userId ?? '');
  const isBotHere = channel.members.includes(bot?.id ?? '');
  if (!boot || !bot || !isBotHere || !channel.members.includes(state.me)) return null;
  const mention = channel.kind === 'im' ? '' : `@${bot.name} `;
  const fill = (example: string) => {
    drafts.update(`${state.me} ${placeKey({ channel: channel.id })}`, (draft) => ({
      ...draft,
      text: mention + example,
    }));
    focusComposer();
  };
  return (
    <div class="suggestions">
      <h3>Try one of these</h3>
      <ul>
        {boot.examples.map((example) => (
          <li key={example}>
            <button type="button" class="suggestion" data-testid="suggestion" onClick={() => fill(example)}>
              {mention !== '' && <span class="mention">@{bot.name}</span>} {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
