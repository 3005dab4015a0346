import { useId } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import type { Place } from '../place.ts';
import { channelById } from '../state/select.ts';
import { CompletionList } from './completion-list.tsx';
import { ComposerNotice, ComposerTip } from './composer-hints.tsx';
import { ComposerToolbar } from './composer-toolbar.tsx';
import { UploadChips } from './upload-chips.tsx';
import { useComposer } from './use-composer.ts';

export interface ComposerProps {
  readonly place: Place;
  readonly label: string;
  /** ArrowUp in an empty box: edit one's last message. */
  readonly onEditLast: () => void;
}

/** Where a message is written, in a channel or in a thread. */
export function Composer({ place, label, onEditLast }: ComposerProps) {
  const { state } = usePage();
  const composer = useComposer(place, onEditLast);
  const { draft, completion, notice } = composer;
  const listId = useId();
  const inThread = place.threadTs !== undefined;
  const channel = channelById(state, place.channel);
  return (
    <div class="composer">
      {completion.options.length > 0 && (
        <CompletionList
          id={listId}
          options={completion.options}
          active={completion.active}
          onChoose={composer.choose}
        />
      )}
      {notice && <ComposerNotice notice={notice} channel={place.channel} onClose={composer.clearNotice} />}
      <div class="composer-box">
        <ComposerText
          composer={composer}
          id={inThread ? 'thread-composer' : 'composer'}
          label={label}
          listId={listId}
        />
        <UploadChips
          uploads={draft.uploads}
          onRemove={(key) =>
            composer.change((now) => ({ ...now, uploads: now.uploads.filter((each) => each.key !== key) }))
          }
        />
        {inThread && channel && channel.kind !== 'im' && (
          <label class="broadcast">
            <input
              type="checkbox"
              checked={composer.broadcast}
              data-testid="broadcast"
              onChange={(event) => composer.setBroadcast(event.currentTarget.checked)}
            />
            Also send to #{channel.name}
          </label>
        )}
        <ComposerToolbar inThread={inThread} composer={composer} />
      </div>
      <ComposerTip text={draft.text} inThread={inThread} caret={composer.caret} />
    </div>
  );
}

interface ComposerTextProps {
  readonly composer: ReturnType<typeof useComposer>;
  readonly id: string;
  readonly label: string;
  readonly listId: string;
}

function ComposerText({ composer, id, label, listId }: ComposerTextProps) {
  const { completion } = composer;
  const isOpen = completion.options.length > 0;
  return (
    <textarea
      ref={composer.area}
      id={id}
      data-testid={id}
      rows={1}
      value={composer.draft.text}
      placeholder={label}
      aria-label={label}
      aria-autocomplete="list"
      aria-controls={isOpen ? listId : undefined}
      aria-activedescendant={isOpen ? `${listId}-${completion.active}` : undefined}
      onInput={(event) => {
        composer.setText(event.currentTarget.value);
        completion.moveCaret(event.currentTarget.selectionStart);
      }}
      onSelect={(event) => completion.moveCaret(event.currentTarget.selectionStart)}
      onKeyDown={composer.onKeyDown}
      onPaste={(event) => {
        const files = [...(event.clipboardData?.files ?? [])];
        if (files.length === 0) return;
        event.preventDefault();
        composer.addFiles(files);
      }}
    />
  );
}
