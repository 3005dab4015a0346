import { useId, useMemo, useState } from 'preact/hooks';
import type { PageView, ViewState } from '../../protocol.ts';
import { Blocks } from '../blocks/block-view.tsx';
import { BlockHostContext, type InputValue } from '../blocks/host.ts';
import { initialViewState } from '../blocks/view-state.ts';
import { usePage } from '../page-context.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Spinner } from '../ui/spinner.tsx';

/** A modal of the app. What was typed survives an update of the view, by block and action id. */
export function ModalView({ view }: { readonly view: PageView }) {
  const { state, session } = usePage();
  const [typed, setTyped] = useState<ViewState>({});
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const formId = useId();
  const errors = state.viewErrors[view.id] ?? {};
  const values = useMemo(() => initialViewState(view.blocks, typed), [view.blocks, typed]);
  const host = {
    files: [],
    press: (blockId: string, actionId: string, value?: string) =>
      session.act({
        type: 'view.press',
        viewId: view.id,
        blockId,
        actionId,
        ...(value === undefined ? {} : { value }),
      }),
    form: {
      value: (blockId: string, actionId: string) => values[blockId]?.[actionId],
      change: (blockId: string, actionId: string, value: InputValue) =>
        setTyped((now) => ({ ...now, [blockId]: { ...now[blockId], [actionId]: value } })),
      error: (blockId: string) => errors[blockId],
    },
  };
  const close = () => {
    session.dispatch({ type: 'view.close', viewId: view.id });
    void session.act({ type: 'view.close', viewId: view.id }, 'quietly');
  };
  const submit = async () => {
    setBusy(true);
    const answer = await session.act({ type: 'view.submit', viewId: view.id, state: values }, 'quietly');
    setFailure(answer.ok ? '' : answer.error);
    setBusy(false);
  };
  return (
    <Dialog title={view.title} onClose={close} class="modal" testId="modal">
      <form
        id={formId}
        class="modal-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <BlockHostContext.Provider value={host}>
          <div class="dialog-body modal-body">
            <Blocks of={view.blocks} />
          </div>
        </BlockHostContext.Provider>
        {failure !== '' && (
          <p class="field-error modal-failure" role="alert">
            {failure}
          </p>
        )}
        <footer class="dialog-foot">
          <button type="button" class="button" data-testid="modal-close" onClick={close}>
            {view.close ?? (view.submit ? 'Cancel' : 'Close')}
          </button>
          {view.submit && (
            <button type="submit" class="button primary" data-testid="modal-submit" disabled={isBusy}>
              {isBusy && <Spinner />}
              {view.submit}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}
