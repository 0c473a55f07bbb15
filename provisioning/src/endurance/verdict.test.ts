import { describe, expect, it } from 'vitest';
import { createVerdict } from './verdict.ts';

const idOf = (number: number): string => `0199${String(number).padStart(4, '0')}-0000-7000-8000-000000000000`;
const approved = (...numbers: number[]) => new Map(numbers.map((number) => [idOf(number), 'approved']));

function judgeBox(charged: number[], isShared = false) {
  const ledger = new Map(charged.map((number) => [idOf(number), 1]));
  const slips = charged.map((number) => ({ paymentId: idOf(number), isReprint: false }));
  const shown = new Set<string>();
  const charges = new Map([['operator', ledger]]);
  const told: string[] = [];
  return {
    told,
    ledger,
    shown,
    verdict: createVerdict({ slips, shown, readCharges: () => charges, isShared, say: (line) => told.push(line) }),
  };
}

describe('the verdict on a box over its starts', () => {
  it('tells how payments ended that were not shown', () => {
    const { verdict, shown, told } = judgeBox([1, 2]);
    shown.add(idOf(1));
    expect(verdict.judge(approved(1, 2))).toEqual(['approved']);
    expect(verdict.judge(approved(1, 2))).toEqual([]);
    expect(told).toEqual([]);
  });
  it('misses a payment that the journal has lost, also where only the newest are listed', () => {
    const { verdict } = judgeBox([1, 2, 3]);
    verdict.judge(approved(1, 2, 3));
    verdict.judge(approved(2, 3));
    expect(verdict.violations).toEqual([]);
    verdict.judge(approved(1, 3));
    expect(verdict.violations.map(({ kind }) => kind)).toEqual(['payment lost']);
  });
  it('tells each violation once', () => {
    const { verdict, ledger, told } = judgeBox([1]);
    ledger.set(idOf(1), 2);
    verdict.judge(approved(1));
    verdict.judge(approved(1));
    expect(told).toHaveLength(1);
  });
  it.each([
    ['leaves alone', true, 0],
    ['does not forgive', false, 1],
  ])('%s a charge it does not know when the cloud is shared: %s', (_what, isShared, count) => {
    const { verdict, ledger } = judgeBox([1], isShared);
    ledger.set(idOf(9), 1);
    verdict.judge(approved(1));
    expect(verdict.violations).toHaveLength(count);
  });
});
