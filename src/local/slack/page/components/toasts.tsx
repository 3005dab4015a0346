import { useEffect } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import type { Toast } from '../state/state.ts';
import { Icon } from '../ui/icon.tsx';

/** Long enough to read two sentences. */
const shownMs = 10_000;

export function Toasts() {
  const { state } = usePage();
  return (
    <div class="toasts" aria-live="assertive">
      {state.toasts.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastView({ toast }: { readonly toast: Toast }) {
  const { session } = usePage();
  const close = () => session.dispatch({ type: 'toast.close', id: toast.id });
  useEffect(() => {
    const timer = setTimeout(close, shownMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="toast" data-testid="toast">
      <span>{toast.text}</span>
      <button type="button" class="icon-button" aria-label="Dismiss" onClick={close}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}
