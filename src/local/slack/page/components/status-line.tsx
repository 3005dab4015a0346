import { usePage } from '../page-context.ts';
import { placeKey } from '../place.ts';

export interface StatusLineProps {
  readonly channel: string;
  /** Absent in the channel, which tells of all its threads but the open one. */
  readonly threadTs?: string;
}

/** Read out once for each activity: the time and the counts after it would be read every few seconds. */
function StatusWords({ text }: { readonly text: string }) {
  const [activity = '', ...moving] = text.split(' · ');
  return (
    <>
      <span aria-live="polite">{activity}</span>
      {moving.map((part) => (
        <span class="status-moving" aria-hidden="true" key={part.replace(/\d+/g, '')}>
          {` · ${part}`}
        </span>
      ))}
    </>
  );
}

/** "Threadbox is running…" above the composer, while the app says so. */
export function StatusLine({ channel, threadTs }: StatusLineProps) {
  const { state, session } = usePage();
  const key = placeKey(threadTs === undefined ? { channel } : { channel, threadTs });
  // An open thread says it itself.
  const shownBeside = state.place ? placeKey(state.place) : '';
  const found = Object.entries(state.statuses).find(([each]) =>
    threadTs === undefined ? each.startsWith(`${channel}/`) && each !== shownBeside : each === key,
  );
  const elsewhere = found && threadTs === undefined ? found[0].slice(channel.length + 1) : undefined;
  return (
    <div class="status-line" data-testid={threadTs === undefined ? 'status' : 'thread-status'}>
      {found && (
        <>
          <span class="status-dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span class="status-text" title={`${state.boot?.bot.appName} ${found[1]}`}>
            <strong>{state.boot?.bot.appName}</strong> <StatusWords text={found[1]} />
          </span>
          {elsewhere !== undefined && (
            <button type="button" class="link" onClick={() => session.go({ channel, threadTs: elsewhere })}>
              in a thread
            </button>
          )}
        </>
      )}
    </div>
  );
}
