import { useMemo } from 'preact/hooks';
import type { PageMessage } from '../../protocol.ts';
import { Blocks } from '../blocks/block-view.tsx';
import { BlockHostContext } from '../blocks/host.ts';
import { Mrkdwn } from '../blocks/rich-nodes.tsx';
import { usePage } from '../page-context.ts';
import { Files } from './files.tsx';

/** The text or blocks of a message, then its files. */
export function MessageBody({ message }: { readonly message: PageMessage }) {
  const { session } = usePage();
  const { channel, ts, files } = message;
  const host = useMemo(
    () => ({
      files,
      press: (blockId: string, actionId: string, value?: string) =>
        session.act({ type: 'press', channel, ts, blockId, actionId, ...(value === undefined ? {} : { value }) }),
    }),
    [session, channel, ts, files],
  );
  const isEdited = message.editedTs !== undefined;
  return (
    <BlockHostContext.Provider value={host}>
      <div class="message-body">
        {message.blocks.length > 0 ? (
          <Blocks of={message.blocks} />
        ) : (
          message.text !== '' && <Mrkdwn text={message.text} />
        )}
        {isEdited && <span class="edited"> (edited)</span>}
      </div>
      <Files files={files} />
    </BlockHostContext.Provider>
  );
}
