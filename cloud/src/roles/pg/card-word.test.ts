import type { AuthorisationBody } from '@scanpay/shared/api/card.ts';
import { accept } from '@scanpay/shared/errors.ts';
import { won } from '@scanpay/shared/money.ts';
import { openBookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cardOrder, nowMs, paymentId, today, tomorrow } from '../../core/approve/testing/pg-fixtures.ts';
import { peers, signWord } from '../../core/audit/testing/sign-word.ts';
import { approvalBody, createPgBench, type PgBench, readBook, settle } from './testing/pg-bench.ts';
import type { CardWords } from './testing/willing-card.ts';

let bench: PgBench;
let body: ReturnType<typeof approvalBody>;

beforeEach(async () => {
  bench = await createPgBench();
  body = approvalBody(await bench.register());
});
afterEach(() => bench.close());

/** The word on the payment, by whoever. */
const signWordOf = (company: 'card' | 'pg') => {
  const { split } = cardOrder;
  return signWord(company, { kind: 'sale', paymentId, split, businessDate: today, atMs: nowMs }, '00000042');
};

it.each<[string, (words: CardWords, asked: AuthorisationBody) => Promise<string>]>([
  ['by another key', async () => signWordOf('pg')],
  ['on another amount', async (words, asked) => (await words.approved({ ...asked, amountWon: won(1) })).evidenceJws],
  ['on another date', async (words, asked) => (await words.approved({ ...asked, businessDate: tomorrow })).evidenceJws],
])('is not approved on a word signed %s, and undone there', async (_what, sign) => {
  bench.card.authorise.mockImplementationOnce(async (asked) => {
    const evidenceJws = await sign(bench.words, asked);
    return accept({ ...(await bench.words.approved(asked)), evidenceJws });
  });
  expect(await bench.pg.approve(body)).toMatchObject({ value: { outcome: 'declined', code: 'upstream_unavailable' } });
  expect(bench.card.reverse).toHaveBeenCalledTimes(1);
  expect(await readBook(bench)).toEqual([]);
});

it('keeps the word it booked on beside its own', async () => {
  await bench.pg.approve(body);
  const [kept] = await bench.db.selectFrom('entry_evidence').selectAll().execute();
  const { approval } = (await bench.store.findPayment(paymentId)) ?? {};
  expect(kept).toMatchObject({ payment_id: paymentId, own_jws: approval?.evidenceJws, told_jws: null });
  const word = await openBookingEvidence(kept?.peer_jws ?? '', peers.card.resolveKey);
  expect(word).toMatchObject({ value: { company: 'card', split: { chargedWon: 12_300 } } });
});

it('takes back a sale on a signed word alone, and asks until there is one', async () => {
  await bench.pg.approve(body);
  bench.card.reverse.mockResolvedValueOnce(accept({ outcome: 'reversed', evidenceJws: null }));
  bench.card.reverse.mockResolvedValueOnce(accept({ outcome: 'reversed', evidenceJws: await signWordOf('pg') }));
  const asked = bench.pg.reverse({ paymentId, businessDate: today }).catch(() => undefined);
  for (let times = 1; times <= 3; times += 1) {
    await until(() => expect(bench.card.reverse).toHaveBeenCalledTimes(times));
    await settle();
    if (times < 3) expect(await readBook(bench)).toHaveLength(1);
    bench.scheduler.advance(2_000);
  }
  await asked;
  expect((await readBook(bench)).map(({ kind }) => kind)).toEqual(['sale', 'reversal']);
});
