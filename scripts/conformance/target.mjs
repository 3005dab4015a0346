/** Which server the conformance suite asks. Pure. */

const HOW =
  'THREADBOX_LIVE=1 asks E2B itself, and needs a key: set E2B_API_KEY to one from https://e2b.dev/dashboard?tab=keys ' +
  'and run the command again. It makes about 20 sandboxes, three at a time at most, each for a minute or less but one, ' +
  'and ends them. Without THREADBOX_LIVE the suite asks the local sandbox host.';

/** `options` are those of the SDK; without them it is the local sandbox host. */
export function targetOf(env) {
  if (env.THREADBOX_LIVE !== '1') {
    const says = 'Against the local sandbox host. (THREADBOX_LIVE=1 with E2B_API_KEY asks E2B itself.)';
    return { ok: true, says, options: undefined };
  }
  const apiKey = env.E2B_API_KEY?.trim();
  if (!apiKey) return { ok: false, message: HOW };
  const apiUrl = env.E2B_API_URL?.trim();
  const sandboxUrl = env.E2B_SANDBOX_URL?.trim();
  const own = { ...(apiUrl && { apiUrl, domain: 'e2b.invalid' }), ...(sandboxUrl && { sandboxUrl }) };
  const host = apiUrl ? `the E2B server at ${new URL(apiUrl).host}` : "E2B's cloud";
  return { ok: true, says: `Against ${host}, for real.`, options: { apiKey, debug: false, ...own } };
}
