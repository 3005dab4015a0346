import { describe, expect, it } from 'vitest';
import { type Env, planServices } from '../../src/local/plan.ts';

const SLACK = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

describe('planServices', () => {
  it.each<[string, Env, string[]]>([
    ['no keys', {}, ['slack', 'sandbox', 'model']],
    ['blank lines of .env.example', { SLACK_BOT_TOKEN: ' ', E2B_API_KEY: '' }, ['slack', 'sandbox', 'model']],
    ['tunables alone', { SLACK_EDITS_PER_MINUTE: '30', SANDBOX_INTERNET: 'off' }, ['slack', 'sandbox', 'model']],
    ['a real model only', { ANTHROPIC_API_KEY: 'k' }, ['slack', 'sandbox']],
    ['a model server of ones own', { ANTHROPIC_BASE_URL: 'http://localhost:11434' }, ['slack', 'sandbox']],
    ['a real sandbox only', { E2B_API_KEY: 'k' }, ['slack', 'model']],
    ['all real', { ...SLACK, E2B_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' }, []],
    [
      'half a Slack counts as real, so that its missing half is named',
      { SLACK_APP_TOKEN: 'xapp-1', E2B_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' },
      [],
    ],
    ['a local sandbox allowed by name', { ...SLACK, ANTHROPIC_API_KEY: 'k', ALLOW_LOCAL_SANDBOX: '1' }, ['sandbox']],
    ['a scripted model allowed by name', { ...SLACK, E2B_API_KEY: 'k', ALLOW_SCRIPTED_MODEL: '1' }, ['model']],
  ])('with %s', (_name, env, start) => {
    expect(planServices(env)).toEqual({ ok: true, start });
  });

  it.each<[string, Env, string[]]>([
    ['no sandbox', { ...SLACK, ANTHROPIC_API_KEY: 'k' }, ['E2B_API_KEY']],
    ['no model', { ...SLACK, E2B_API_KEY: 'k' }, ['ANTHROPIC_API_KEY']],
    ['neither', SLACK, ['E2B_API_KEY', 'ANTHROPIC_API_KEY']],
    ['an allowance that is not "1"', { ...SLACK, ANTHROPIC_API_KEY: 'k', ALLOW_LOCAL_SANDBOX: 'no' }, ['E2B_API_KEY']],
  ])('refuses a real Slack with %s, with a way out', (_name, env, variables) => {
    const plan = planServices(env);
    expect(plan.ok).toBe(false);
    if (plan.ok) return;
    expect(plan.refusals).toHaveLength(variables.length);
    variables.forEach((variable, i) => {
      expect(plan.refusals[i]).toContain(variable);
    });
  });
});
