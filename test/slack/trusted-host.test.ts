import { describe, expect, it } from 'vitest';
import { isSlackAddress } from '../../src/slack/trusted-host.ts';

describe('the addresses that get the token', () => {
  const api = 'https://slack.com/api/';
  it.each([
    ['https://files.slack.com/x', api, true],
    ['https://slack.com/x', api, true],
    ['http://127.0.0.1:3210/files/x', 'http://127.0.0.1:3210/api/', true],
    ['http://files.slack.com/x', api, false],
    ['https://files.slack.com:8443/x', api, false],
    ['https://files.slack.com.evil.org/x', api, false],
    ['https://evilslack.com/x', api, false],
    ['https://files.slack.com@evil.org/x', api, false],
    ['https://user@files.slack.com/x', api, false],
    ['http://127.0.0.1:3211/x', 'http://127.0.0.1:3210/api/', false],
    ['https://127.0.0.1:3210/x', 'http://127.0.0.1:3210/api/', false],
    ['not an address', api, false],
  ])('%s with the API at %s: %s', (address, apiUrl, expected) => {
    expect(isSlackAddress(address, apiUrl)).toBe(expected);
  });
});
