/** The whole page, when the server does not let it in. */
export function Refusal({ reason, onRetry }: { readonly reason: string; readonly onRetry: () => void }) {
  return (
    <main class="refusal" data-testid="refusal">
      <h1>This page is locked</h1>
      <p>{reason}</p>
      <button type="button" class="button primary" onClick={onRetry}>
        Try again
      </button>
    </main>
  );
}
