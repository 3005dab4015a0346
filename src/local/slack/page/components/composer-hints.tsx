import { insideFence } from '../compose/fence.ts';
import { usePage } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';
import type { Notice } from './use-send.ts';

export interface ComposerNoticeProps {
  readonly notice: Notice;
  readonly channel: string;
  readonly onClose: () => void;
}

/** Why something was not sent, or was sent in vain, and what to do. */
export function ComposerNotice({ notice, channel, onClose }: ComposerNoticeProps) {
  const { session } = usePage();
  const invite = async () => {
    const answer = await session.act({ type: 'invite-bot', channel });
    if (answer.ok) onClose();
  };
  return (
    <div class="composer-notice" role="alert" data-testid="composer-notice">
      <span>{notice.text}</span>
      {notice.offersInvite && (
        <button type="button" class="button small primary" data-testid="invite-bot" onClick={() => void invite()}>
          Add it
        </button>
      )}
      <button type="button" class="icon-button" aria-label="Dismiss" onClick={onClose}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}

export interface ComposerTipProps {
  readonly text: string;
  readonly caret: number;
  readonly inThread: boolean;
}

/** One line under the box about what the keys do now, and the usage of the command being typed. */
export function ComposerTip({ text, caret, inThread }: ComposerTipProps) {
  const { state } = usePage();
  return <div class="composer-tip">{tip()}</div>;

  function tip() {
    if (text === '') return null;
    if (text.startsWith('/') && inThread) return 'Slash commands do not work in threads. Reply in plain words.';
    const command = state.boot?.commands.find((each) => text.startsWith(`${each.command} `));
    if (command && !inThread) {
      return (
        <span class="tip-command" data-testid="command-hint">
          <code>{command.command}</code> <code>{command.usageHint}</code> {command.description}
        </span>
      );
    }
    if (insideFence(text, caret)) {
      return (
        <>
          <kbd>Enter</kbd> adds a line in code · <kbd>Ctrl</kbd> <kbd>Enter</kbd> sends
        </>
      );
    }
    return (
      <span class="tip-keys">
        <kbd>Shift</kbd> <kbd>Enter</kbd> adds a line
      </span>
    );
  }
}
