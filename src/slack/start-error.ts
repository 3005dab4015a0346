/** Why the bot cannot start on Slack, as one sentence for whoever starts it. */
import { isTokenRefused, type SlackFailure, slackFailure } from './slack-errors.ts';

/** `message` is the sentence; it names the variable and where its value comes from, never the value. */
export class SlackStartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SlackStartError';
  }
}

const APP_PAGE = 'https://api.slack.com/apps → your app';

const WHERE = {
  SLACK_BOT_TOKEN: `Copy the "Bot User OAuth Token" (xoxb-…) from ${APP_PAGE} → OAuth & Permissions, and start again.`,
  SLACK_APP_TOKEN: `Make an app-level token (xapp-…) with the scope connections:write at ${APP_PAGE} → Basic Information → App-Level Tokens, and start again.`,
} as const;

export type TokenVariable = keyof typeof WHERE;

function sentence(failure: SlackFailure, variable: TokenVariable, apiUrl: string): string {
  if (isTokenRefused(failure)) return `Slack refuses ${variable} (${failure.code}). ${WHERE[variable]}`;
  switch (failure.kind) {
    case 'limited':
      return `Slack asks to wait ${Math.ceil(failure.retryAfterMs / 1_000)} s before the next start: too many connections were opened.`;
    case 'refused':
      return `Slack does not let the bot start (${failure.code}). Compare the app's settings at ${APP_PAGE} with manifest.yml.`;
    case 'unclear':
      return `Slack cannot be reached at ${apiUrl} (${failure.code}). Check the network connection, and SLACK_API_URL if you set it.`;
  }
}

/** A failed call at the start, about the token it was made with. */
export function startError(error: unknown, variable: TokenVariable, apiUrl: string): SlackStartError {
  return new SlackStartError(sentence(slackFailure(error), variable, apiUrl), { cause: error });
}

/** Why the port for Slack's requests cannot be opened. */
export function listenError(error: unknown, port: number): SlackStartError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const message =
    code === 'EADDRINUSE'
      ? `Port ${port} is in use by another program. Stop that program, or set PORT to a free port.`
      : code === 'EACCES'
        ? `Port ${port} may not be opened by this user. Set PORT to a number above 1023.`
        : `Port ${port} cannot be opened (${code}). Set PORT to a free port.`;
  return new SlackStartError(message, { cause: error });
}
