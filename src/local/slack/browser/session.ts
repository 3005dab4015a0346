/** Who may open the page: a one-time token in the printed address becomes a cookie this browser keeps. */
import type { IncomingMessage } from 'node:http';
import { newSecret, sameSecret } from '../ids.ts';

/** How many printed addresses are good at a time. */
const TOKENS = 20;
/** A month, in seconds. */
const COOKIE_AGE = 30 * 24 * 3600;

export interface Sessions {
  newToken(): string;
  /** True once for each token. */
  redeem(token: string): boolean;
  /** The Set-Cookie header. */
  cookie(): string;
  isKnown(request: IncomingMessage): boolean;
}

/** Cookies do not tell ports apart, so the name does. */
export function createSessions(pageKey: string, port: number): Sessions {
  const tokens: string[] = [];
  const name = `threadbox_${port}`;
  return {
    newToken: () => {
      const token = newSecret(16);
      tokens.push(token);
      if (tokens.length > TOKENS) tokens.shift();
      return token;
    },
    redeem: (token) => {
      const index = tokens.findIndex((known) => sameSecret(known, token));
      if (index < 0) return false;
      tokens.splice(index, 1);
      return true;
    },
    cookie: () => `${name}=${pageKey}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_AGE}`,
    isKnown: (request) => {
      const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim());
      return cookies.some(
        (cookie) => cookie.startsWith(`${name}=`) && sameSecret(cookie.slice(name.length + 1), pageKey),
      );
    },
  };
}
