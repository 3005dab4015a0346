/** Identifiers in Slack's shapes, and secrets. */
import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** `prefix`, a zero, and nine random capitals or digits: `C0…`, `U0…`, `F0…`. */
export function newId(prefix: string): string {
  let id = `${prefix}0`;
  for (let i = 0; i < 9; i += 1) id += LETTERS[randomInt(LETTERS.length)];
  return id;
}

/** Five characters, as Slack gives a block that came without a `block_id`. */
export function newBlockId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}

export function newSecret(bytes = 24): string {
  return randomBytes(bytes).toString('hex');
}

/** Whether two secrets are the same, in a time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
