import type { PaymentId } from '@scanpay/shared/ids.ts';
import { expect, it } from 'vitest';
import { offlineLimits } from '../cloud/cast.ts';
import { createOfflineCash } from './offline-cash.ts';
import { hold, otherBox, ownBox, paymentId, tablesWith } from './testing/hold.ts';

const idOf = (serial: number): PaymentId => `019ab000-0000-7000-8000-00000000000${serial}` as PaymentId;

function watch() {
  const check = createOfflineCash();
  const held = hold(check, 'cash');
  const commit = (...changes: object[]) => check.onJournal?.(ownBox, changes as never, held.dossiers, held.report);
  return {
    ...held,
    commit,
    redeem(id: PaymentId, differing: object = {}, slips: object[] = [{ kind: 'offline', paymentId: id }]) {
      const offline = { chargedWon: 1_000 };
      const request = { tender: 'cash', coupon: { kind: 'barcode' }, offline, ...differing };
      const queued = slips.map((receipt) => ({ op: 'queue-receipt', receipt }));
      commit({ op: 'open-payment', payment: { paymentId: id, phase: 'redeemed', request } }, ...queued);
    },
    answer: (id: PaymentId, kind = 'approved') => commit({ op: 'close-payment', paymentId: id, outcome: { kind } }),
    say: (id: PaymentId, from = ownBox) =>
      check.onUp?.(from, { type: 'payment.request', paymentId: id, offline: {} } as never, held.dossiers, held.report),
  };
}

it('has nothing against redemptions told in order, again and again, until each is answered', () => {
  const { redeem, say, answer, reports } = watch();
  for (const serial of [1, 2, 3]) redeem(idOf(serial));
  say(idOf(1));
  say(idOf(1));
  say(idOf(2));
  answer(idOf(1));
  say(idOf(2));
  answer(idOf(2), 'declined');
  say(idOf(3));
  expect(reports).toEqual([]);
});

it('finds one told before an earlier one, and one told after its answer', () => {
  const { redeem, say, answer, reports } = watch();
  redeem(idOf(1));
  redeem(idOf(2));
  say(idOf(2));
  expect(reports).toEqual([`synced after ${idOf(1)} was told 0 times, and not answered`]);
  reports.length = 0;
  say(idOf(1));
  say(idOf(2));
  expect(reports).toEqual([`synced after ${idOf(1)} was told 1 times, and not answered`]);
  answer(idOf(1));
  say(idOf(1));
  expect(reports[1]).toBe('synced again after it was answered');
  say(idOf(1), otherBox);
  expect(reports).toHaveLength(2);
});

it('finds what goes beyond the limits, is not cash by barcode, or has no slip', () => {
  const { redeem, answer, reports } = watch();
  for (let serial = 1; serial <= offlineLimits.maxCount; serial += 1) redeem(idOf(serial));
  expect(reports).toEqual([]);
  redeem(idOf(9));
  expect(reports).toEqual([`${offlineLimits.maxCount + 1} redemptions wait`]);
  for (const serial of [1, 2, 3, 9]) answer(idOf(serial));
  redeem(idOf(5), { offline: { chargedWon: offlineLimits.maxTotalWon } });
  redeem(idOf(6), { tender: 'card' }, []);
  expect(reports.slice(1)).toMatchObject([
    expect.stringMatching(/^redemptions of \d+ won wait$/),
    'redeemed offline: card by barcode',
    expect.stringMatching(/^redemptions of/),
    'redeemed offline without a slip in the same commit',
  ]);
});

it('finds a redemption that is taken back', () => {
  const { redeem, commit, answer, reports } = watch();
  redeem(idOf(1));
  commit({ op: 'set-phase', paymentId: idOf(1), phase: 'reversing' });
  answer(idOf(1), 'reversed');
  expect(reports).toEqual(['redeemed offline, and made reversing', 'redeemed offline, and reversed']);
});

it('finds at rest a redemption that is booked twice, or that was refused and is booked', () => {
  const { dossier, rest, reports } = watch();
  dossier.request = { ...dossier.request, offline: {} as never };
  const bookedTimes = (count: number) => ({
    operator: tablesWith({
      ledger_entries: { columns: 'payment_id, kind', rows: Array.from({ length: count }, () => [paymentId, 'sale']) },
    }),
  });
  dossier.boxOutcome = { kind: 'approved' } as never;
  for (const count of [1, 2]) rest({ books: bookedTimes(count) as never });
  dossier.boxOutcome = { kind: 'declined' } as never;
  for (const count of [0, 1]) rest({ books: bookedTimes(count) as never });
  expect(reports).toEqual([
    'redeemed offline, approved, and booked 2 times',
    'redeemed offline, declined, and booked 1 times',
  ]);
});
