import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { createRefusedBlocks } from '../../src/slack/refused-blocks.ts';
import type { SlackFailure } from '../../src/slack/slack-errors.ts';
import { FakeClock } from '../fakes/fake-clock.ts';

const HOUR = 3_600_000;
const rich: KnownBlock = { type: 'rich_text', elements: [] };
const divider: KnownBlock = { type: 'divider' };

const refusal = (...details: string[]): SlackFailure => ({ kind: 'refused', code: 'invalid_blocks', details });

describe('a type of block that was refused', () => {
  it('is left out for a day, and then tried again', async () => {
    const clock = new FakeClock();
    const refused = createRefusedBlocks(clock);
    expect(refused.allows([divider, rich])).toBe(true);
    refused.learn(refusal('[ERROR] unsupported type: rich_text [json-pointer:/blocks/1/type]'), [divider, rich]);
    expect([refused.allows([divider, rich]), refused.allows([divider]), refused.allows([])]).toEqual([
      false,
      true,
      true,
    ]);
    await clock.advance(23 * HOUR);
    expect(refused.allows([rich])).toBe(false);
    await clock.advance(1 * HOUR);
    expect(refused.allows([rich])).toBe(true);
  });

  it.each([
    ['a fault inside a block', refusal('[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text]')],
    ['a type inside a block', refusal('[ERROR] unsupported type: x [json-pointer:/blocks/0/elements/0/type]')],
    ['a block that is not there', refusal('[ERROR] unsupported type: x [json-pointer:/blocks/7/type]')],
    ['no details', refusal()],
    ['no refusal', { kind: 'unclear', code: 'http_500' } as const],
  ])('is not learnt from %s', (_name, failure) => {
    const refused = createRefusedBlocks(new FakeClock());
    refused.learn(failure, [rich]);
    expect(refused.allows([rich])).toBe(true);
  });
});
