import { describe, expect, it } from 'vitest';
import { type Evidence, findViolations } from './judge-books.ts';

const everywhere = (count: number) =>
  new Map(['operator', 'pg', 'card'].map((company) => [company, new Map(count === 0 ? [] : [['p', count]])]));
const original = { paymentId: 'p', isReprint: false };
const reprint = { paymentId: 'p', isReprint: true };
const whole: Evidence = {
  payments: new Map([['p', 'approved']]),
  charges: everywhere(1),
  slips: [original],
  shown: new Set(['p']),
};
const kindsOf = (evidence: Partial<Evidence>): string[] => [
  ...new Set(findViolations({ ...whole, ...evidence }).map(({ kind }) => kind)),
];

describe('books held against each other', () => {
  it.each([
    ['an approval with its charges and receipt', {}],
    ['a copy that says that it is a reprint', { slips: [original, reprint] }],
    ['a reprint in place of the original', { slips: [reprint] }],
  ])('agree on %s', (_what, evidence: Partial<Evidence>) => {
    expect(kindsOf(evidence)).toEqual([]);
  });
  it('agree on a reversed payment without a trace', () => {
    const payments = new Map([['p', 'reversed']]);
    expect(kindsOf({ payments, charges: everywhere(0), slips: [], shown: new Set() })).toEqual([]);
  });
  it.each([
    ['payment lost', { charges: everywhere(0) }],
    ['payment lost', { payments: new Map([['p', 'reversed']]), charges: everywhere(0), slips: [] }],
    ['payment doubled', { charges: everywhere(2) }],
    ['charge without approval', { payments: new Map([['p', 'declined']]), shown: new Set<string>(), slips: [] }],
    ['charge without approval', { payments: new Map<string, string>(), shown: new Set<string>(), slips: [] }],
    ['receipt lost', { slips: [] }],
    ['receipt doubled', { slips: [original, original] }],
    ['receipt doubled', { payments: new Map([['p', 'reversed']]), charges: everywhere(0), shown: new Set<string>() }],
    ['unresolved', { payments: new Map([['p', 'requested']]), shown: new Set<string>(), slips: [] }],
  ])('tell of a %s', (kind, evidence: Partial<Evidence>) => {
    expect(kindsOf(evidence)).toEqual([kind]);
  });
});
