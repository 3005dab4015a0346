/** Which services the environment leaves out, and which mixes are refused: pure. */

export type Env = Readonly<Record<string, string | undefined>>;

export type Service = 'slack' | 'sandbox' | 'model';

export type Plan =
  | { readonly ok: true; readonly start: readonly Service[] }
  | { readonly ok: false; readonly refusals: readonly string[] };

/** The variables that mean "a real Slack". Its tunables do not. */
const SLACK_VARIABLES = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_API_URL'];
const E2B_VARIABLES = ['E2B_API_KEY', 'E2B_API_URL', 'E2B_SANDBOX_URL'];
const MODEL_VARIABLES = ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'];

function given(env: Env, names: readonly string[]): boolean {
  return names.some((name) => env[name]?.trim());
}

function allowed(env: Env, name: string): boolean {
  return env[name]?.trim() === '1';
}

/**
 * A service none of whose variables is set is replaced by its local server. A real Slack with a local sandbox or the
 * scripted model is refused unless it is allowed by name: members of a workspace must not run code on this machine, nor
 * meet a stand-in model, by accident.
 */
export function planServices(env: Env): Plan {
  const realSlack = given(env, SLACK_VARIABLES);
  const realSandbox = given(env, E2B_VARIABLES);
  const realModel = given(env, MODEL_VARIABLES);
  const refusals = realSlack ? mixesRefused(env, realSandbox, realModel) : [];
  if (refusals.length > 0) return { ok: false, refusals };
  const start: Service[] = [];
  if (!realSlack) start.push('slack');
  if (!realSandbox) start.push('sandbox');
  if (!realModel) start.push('model');
  return { ok: true, start };
}

function mixesRefused(env: Env, realSandbox: boolean, realModel: boolean): string[] {
  const refusals: string[] = [];
  if (!realSandbox && !allowed(env, 'ALLOW_LOCAL_SANDBOX')) {
    refusals.push(
      'Slack is connected but E2B_API_KEY is missing, so everyone in the workspace would run code on this machine. ' +
        'Make a key at https://e2b.dev/dashboard, or set ALLOW_LOCAL_SANDBOX=1 if that is what you want.',
    );
  }
  if (!realModel && !allowed(env, 'ALLOW_SCRIPTED_MODEL')) {
    refusals.push(
      'Slack is connected but there is no model: set ANTHROPIC_API_KEY (https://console.anthropic.com), or ' +
        'ANTHROPIC_BASE_URL for a server of your own, or ALLOW_SCRIPTED_MODEL=1 to answer with the scripted examples.',
    );
  }
  return refusals;
}
