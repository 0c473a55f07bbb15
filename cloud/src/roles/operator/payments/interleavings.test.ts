import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fate } from '../testing/fake-pg.ts';
import { createOperatorWorld, entitlement, type OperatorWorld } from '../testing/operator-world.ts';
import type { Sealed, SealedRequest, TestBox } from '../testing/test-box.ts';

type Word = 'request' | 'confirm' | 'inquiry' | 'reversal' | 'cancel';
type Move = { say: { word: Word; payment: number }[] } | { passMs: number } | { crash: true };

const word = fc.constantFrom<Word>('request', 'request', 'confirm', 'inquiry', 'reversal', 'cancel');
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ say: fc.array(fc.record({ word, payment: fc.nat(3) }), { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ passMs: fc.constantFrom(100, 2_000, 7_000) }) },
  { weight: 1, arbitrary: fc.constant<Move>({ crash: true }) },
);
const fate = fc.constantFrom<Fate>('ok', 'ok', 'lost-request', 'lost-answer', 'silent', { refuse: 'card_declined' });
const soft = fc.constantFrom<Fate>('ok', 'lost-request', 'lost-answer', 'silent');
const fates = fc.record({
  approve: fc.array(fate, { maxLength: 6 }),
  inquire: fc.array(soft, { maxLength: 4 }),
  reverse: fc.array(soft, { maxLength: 4 }),
  cancel: fc.array(soft, { maxLength: 4 }),
});

const holding = ['authorising', 'approved', 'reversing', 'cancelling'];
const unresolved = ['authorising', 'reversing', 'cancelling'];

async function readStates(world: OperatorWorld, requests: SealedRequest[]): Promise<string[]> {
  return Promise.all(requests.map(async (each) => (await world.state(each.paymentId)) ?? 'not there'));
}

/** At every instant: what the coupon lacks is what payments hold, and never more than it had. */
async function expectHeld(world: OperatorWorld, couponId: string, uses: number): Promise<void> {
  const rows = await world.db
    .selectFrom('operator_entitlements as e')
    .leftJoin('operator_payments as p', (join) =>
      join
        .onRef('p.coupon_id', '=', 'e.coupon_id')
        .onRef('p.offer_id', '=', 'e.offer_id')
        .on('p.state', 'in', holding as never),
    )
    .select(['e.uses_left', 'p.payment_id'])
    .where('e.coupon_id', '=', couponId as never)
    .execute();
  const held = rows.filter((row) => row.payment_id !== null).length;
  expect(held).toBeLessThanOrEqual(uses);
  expect(rows[0]?.uses_left).toBe(uses - held);
}

async function seal(box: TestBox, request: SealedRequest, said: Word): Promise<Sealed> {
  switch (said) {
    case 'request':
      return request;
    case 'confirm':
      return box.confirm(request, { headcount: 3 });
    case 'inquiry':
      return box.inquiry(request);
    case 'reversal':
      return box.reversal(request);
    case 'cancel':
      return box.cancel(request);
  }
}

async function play(world: OperatorWorld, box: TestBox, requests: SealedRequest[], next: Move): Promise<void> {
  if ('passMs' in next) return world.scheduler.advance(next.passMs);
  if ('crash' in next) return world.reboot();
  const sealed = await Promise.all(next.say.map(({ word: said, payment }) => seal(box, requests[payment]!, said)));
  await world.deliver(...sealed);
}

describe('whatever boxes, PG and power do, in whatever order', () => {
  it('entitlements are never consumed beyond their uses, and charges, books and answers agree in the end', async () => {
    const scenario = fc.record({
      uses: fc.integer({ min: 1, max: 2 }),
      fates,
      moves: fc.array(move, { minLength: 3, maxLength: 14 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ uses, fates: drawn, moves }) => {
        const world = await createOperatorWorld();
        try {
          const box = await world.enrol('box-1');
          const coupon = await world.coupon({ entitlements: [{ ...entitlement, uses }] });
          const far = { expiresAtMs: world.nowMs() + 600_000 };
          // The last one is asked about first: its headcount is not as registered.
          const headcounts = [2, 2, 2, 3];
          const requests = await Promise.all(headcounts.map((headcount) => box.request(coupon, { ...far, headcount })));
          Object.assign(world.pg.fates, structuredClone(drawn));
          for (const next of moves) {
            await play(world, box, requests, next);
            await expectHeld(world, coupon.couponId, uses);
          }
          const isSettled = async () =>
            !(await readStates(world, requests)).some((state) => unresolved.includes(state));
          await world.until(isSettled, 1_000);
          await expectHeld(world, coupon.couponId, uses);
          const states = await readStates(world, requests);
          const approved = requests.filter((_, at) => states[at] === 'approved').map((each) => each.paymentId);
          expect(world.pg.charges().toSorted()).toEqual(approved.toSorted());
          const sales = (await world.entries()).map(([kind]) => (kind === 'sale' ? 1 : -1));
          expect(sales.reduce((sum, sign) => sum + sign, 0)).toBe(approved.length);
          if (approved.length === 0) expect(await world.balances()).toEqual({});
        } finally {
          await world.dispose();
        }
      }),
      { numRuns: 40 },
    );
  }, 600_000);
});
