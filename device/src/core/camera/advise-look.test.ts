import { describe, expect, it } from 'vitest';
import { adviseLook } from './advise-look.ts';

describe('adviseLook', () => {
  it.each([
    [[4.2], 90, []],
    // A phone in a dark room shines by itself.
    [[4.2], 5, []],
    [[3], 250, []],
    [[2.9], 90, [/too small/]],
    // A poster behind the customer's phone.
    [[1.8, 4], 90, []],
    [[null, 4], 90, []],
    [[null], 90, [/unclear/]],
    [[], 90, [/No code/]],
    [[], 29, [/too dark/, /No code/]],
    [[], 236, [/too bright/, /No code/]],
  ])('with modules of %j px at brightness %i', (sizes, meanLuma, expected) => {
    const advice = adviseLook({ meanLuma, symbols: sizes.map((modulePx) => ({ modulePx })) });
    expect(advice.map(({ en }) => en)).toEqual(expected.map((words) => expect.stringMatching(words)));
    for (const { ko } of advice) expect(ko).toMatch(/[가-힣]/);
  });
});
