import { describe, expect, it } from 'vitest';
import type { BusinessDate } from '../clock.ts';
import { parseBookSearch } from './book-search.ts';

const day = '2026-12-01' as BusinessDate;
const id = '01a22f6a-be2c-71a6-9bf9-b4ef3bc36b0a';
const ofDate = (amountWon: number | null, ending: string | null) => ({
  ...{ kind: 'of-date', businessDate: day },
  ...{ amountWon, ending },
});

describe('parseBookSearch', () => {
  it.each([
    [id, { kind: 'number', id }],
    [` ${id.toUpperCase()}\n`, { kind: 'number', id }],
    [`SR1:${id.toUpperCase()}`, { kind: 'number', id }],
    ['54000', ofDate(54_000, null)],
    ['54,000원', ofDate(54_000, null)],
    ['-2,160 won', ofDate(2_160, null)],
    ['−78,960원', ofDate(78_960, null)],
    ['…3bc36b0a', ofDate(null, '3bc36b0a')],
    ['정산 9f3a2b1c', ofDate(null, '9f3a2b1c')],
    ['64196299', ofDate(64_196_299, '64196299')],
  ])('reads %j', (text, search) => {
    expect(parseBookSearch(text, day)).toEqual({ ok: true, value: search });
  });

  it.each(['', '0', '0원', 'abc', '1,00', '54.5', 'SR1:', `${id}0`, '-', '9f3a2b1', '9'.repeat(16)])(
    'refuses %j',
    (text) => {
      expect(parseBookSearch(text, day)).toMatchObject({ ok: false, code: 'invalid_input' });
    },
  );

  it('needs the date of what stands on many', () => {
    expect(parseBookSearch(id)).toMatchObject({ ok: true });
    expect(parseBookSearch('54,000원')).toMatchObject({ ok: false, code: 'invalid_input' });
  });
});
