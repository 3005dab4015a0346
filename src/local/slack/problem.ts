/** What the log says of an error nobody expected. */
export function problemOf(error: unknown): object {
  return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** A sentence for errors of the disk, which are not ours; undefined for all others. */
export function diskSentence(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'The disk is full: nothing can be saved. Free some space and try again.';
  if (code === 'EROFS' || code === 'EACCES') return 'The workspace folder cannot be written to. Check its permissions.';
  return undefined;
}
