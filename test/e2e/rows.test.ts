/** Every promised behaviour has a row, and every row a proof. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ELSEWHERE } from './rows/elsewhere.ts';
import { entries, IN_BOTH_MODES, IN_ONE_MODE } from './rows/proofs.ts';
import { ROWS } from './rows/table.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

describe('the table of rows', () => {
  it('has one proof for each', () => {
    const played = entries([...IN_BOTH_MODES, ...IN_ONE_MODE]).map(([id]) => id);
    const proved = [...played, ...Object.keys(ELSEWHERE)];
    expect(proved.sort()).toEqual(Object.keys(ROWS).sort());
  });

  it.each(Object.entries(ELSEWHERE))('finds the proof of %s where it is said to stand', (_id, [file, test]) => {
    const titles = [...readFileSync(`${PROJECT}${file}`, 'utf8').matchAll(/\bit\(\s*(['"`])(.*?)\1,/g)];
    expect(titles.map(([, , title]) => title)).toContain(test);
  });
});
