import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuthorisationBody } from '@scanpay/shared/api/card.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nowMs, paymentId, today, tomorrow } from '../../core/approve/testing/pg-fixtures.ts';
import { authorisationBody, type CardBench, createCardBench } from './testing/card-bench.ts';

const approved = {
  outcome: 'approved',
  approvalNumber: expect.stringMatching(/^[0-9]{8}$/),
  approvedAtMs: nowMs,
  cardLast4: '1111',
  cardFeeWon: 221,
  evidenceJws: expect.any(String),
};
const signed = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/);
const done = { ok: true, value: { outcome: 'reversed', evidenceJws: signed } };
const nothingToUndo = { ok: true, value: { outcome: 'reversed', evidenceJws: null } };
const declined = (code: string) => ({ ok: true, value: { outcome: 'declined', code } });
const reversal = { paymentId, businessDate: today };
const cancelId = '019ab0c0-0000-7000-8000-00000000000c' as CancelId;
const cancel = { cancelId, paymentId, amountWon: won(12_300), businessDate: today };

let bench: CardBench;

beforeEach(async () => {
  bench = await createCardBench();
});
afterEach(() => bench.close());

const booked = async () => {
  const entries = await bench.db.selectFrom('ledger_entries').selectAll().orderBy('seq').execute();
  return entries.map((entry) => `${entry.kind} ${entry.business_date} ${entry.charged_won}-${entry.card_fee_won}`);
};
const saleToday = `sale ${today} 12300-221`;
const numberedPayment = (index: number) => ({
  ...authorisationBody,
  paymentId: `019ab0c0-0000-7000-8000-${String(index).padStart(12, '0')}` as PaymentId,
});

describe('POST /v1/authorisations', () => {
  it('approves, books and tells the cardholder', async () => {
    expect(await bench.card.authorise(authorisationBody)).toEqual({ ok: true, value: approved });
    expect(await booked()).toEqual([saleToday]);
    await until(() => expect(bench.texts()).toHaveLength(1));
    const [text] = bench.texts();
    for (const part of ['모의카드', '****1111', '12,300원', '속초 밥상', '2026-11-23 12:00:00'])
      expect(text).toContain(part);
  });

  it('keeps of the card number its last four digits and a keyed hash, nothing more', async () => {
    await bench.card.authorise(authorisationBody);
    await bench.card.authorise({ ...numberedPayment(1), cardNumber: '4111111111111112' });
    const { tokenLengths, tokens } = await bench.db
      .selectFrom('card_payments')
      .select('card_token')
      .execute()
      .then((rows) => ({
        tokens: rows.map((row) => row.card_token),
        tokenLengths: rows.map((row) => row.card_token?.length),
      }));
    expect(tokenLengths).toEqual([43, 43]);
    expect(new Set(tokens).size).toBe(2);
    const bytes = Buffer.concat(readdirSync(bench.folder).map((name) => readFileSync(join(bench.folder, name))));
    expect(bytes.includes('11111111')).toBe(false);
    expect(
      JSON.stringify([bench.log.warn.mock.calls, bench.log.error.mock.calls, bench.mms.send.mock.calls]),
    ).not.toContain('41111');
  });

  it.each<[string, Partial<AuthorisationBody>]>([
    ['card_declined', { cardNumber: '4000000000000002' }],
    ['card_limit_exceeded', { cardNumber: '4000000000009995' }],
    ['card_lost_or_stolen', { cardNumber: '4000000000009987' }],
    ['card_limit_exceeded', { amountWon: won(5_000_001) }],
    ['message_stale', { expiresAtMs: nowMs }],
  ])('declines with %s, for good, and books nothing', async (code, change) => {
    const asked = { ...authorisationBody, ...change };
    expect(await bench.card.authorise(asked)).toEqual(declined(code));
    await bench.restart();
    expect(await bench.card.authorise(asked)).toEqual(declined(code));
    expect(await bench.card.inquire(paymentId)).toEqual(declined(code));
    expect(await booked()).toEqual([]);
    expect(bench.mms.send).not.toHaveBeenCalled();
  });

  it('answers the same request alike, and charges once', async () => {
    const replies = await Promise.all([1, 2, 3].map(() => bench.card.authorise(authorisationBody)));
    const again = await bench.card.authorise(authorisationBody);
    expect(replies).toEqual([again, again, again]);
    expect(await bench.card.inquire(paymentId)).toEqual(again);
    expect(await booked()).toEqual([saleToday]);
    await until(() => expect(bench.texts()).toHaveLength(1));
  });

  it.each<[string, Partial<AuthorisationBody>]>([
    ['amount', { amountWon: won(12_301) }],
    ['card', { cardNumber: '5555555555554444' }],
    ['mobile number', { noticeMobile: '01099998888' }],
  ])('refuses another %s under the same id', async (_what, change) => {
    await bench.card.authorise(authorisationBody);
    const refused = await bench.card.authorise({ ...authorisationBody, ...change });
    expect(refused).toMatchObject({ ok: false, code: 'payment_id_conflict' });
  });

  it('names a bad field, and not what was in it', async () => {
    const payload = { ...authorisationBody, cardNumber: '4111-1111-1111-1111' };
    const reply = await bench.role.app.inject({ method: 'POST', url: '/v1/authorisations', payload });
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ code: 'invalid_input', detail: expect.stringContaining('/cardNumber') });
    expect(reply.body).not.toContain('4111');
  });

  it('takes nothing for a closed date', async () => {
    await bench.store.closeBusinessDate(today, nowMs);
    expect(await bench.card.authorise(authorisationBody)).toEqual(declined('date_closed'));
    expect(await bench.card.authorise({ ...numberedPayment(1), businessDate: tomorrow })).toMatchObject({
      ok: true,
      value: approved,
    });
  });
});

describe('GET /v1/authorisations', () => {
  it('knows nothing of a payment it has not seen', async () => {
    expect(await bench.card.inquire(paymentId)).toMatchObject({ ok: false, code: 'payment_unknown' });
  });
});

describe('POST /v1/reversals', () => {
  it('undoes a charge once, and tells the cardholder', async () => {
    await bench.card.authorise(authorisationBody);
    expect(await Promise.all([bench.card.reverse(reversal), bench.card.reverse(reversal)])).toEqual([done, done]);
    expect(await bench.card.reverse({ ...reversal, businessDate: tomorrow })).toEqual(done);
    expect(await booked()).toEqual([saleToday, `reversal ${today} 12300-221`]);
    expect(await bench.card.authorise(authorisationBody)).toEqual({ ok: true, value: { outcome: 'reversed' } });
    await until(() => expect(bench.texts()).toHaveLength(2));
    expect(bench.texts()[1]).toContain('승인 취소');
  });

  it('leaves a tombstone for a charge not seen', async () => {
    expect(await bench.card.reverse(reversal)).toEqual(nothingToUndo);
    expect(await bench.card.authorise(authorisationBody)).toEqual(declined('payment_reversed'));
    expect(await bench.card.inquire(paymentId)).toEqual({ ok: true, value: { outcome: 'reversed' } });
    expect(await booked()).toEqual([]);
    expect(bench.mms.send).not.toHaveBeenCalled();
  });

  it('asks for another date when this one is closed', async () => {
    await bench.card.authorise(authorisationBody);
    await bench.store.closeBusinessDate(today, nowMs);
    expect(await bench.card.reverse(reversal)).toMatchObject({ ok: false, code: 'date_closed' });
    expect(await bench.card.reverse({ paymentId, businessDate: tomorrow })).toEqual(done);
    expect(await booked()).toEqual([saleToday, `reversal ${tomorrow} 12300-221`]);
  });
});

describe('POST /v1/cancellations', () => {
  const cancelled = { ok: true, value: { outcome: 'cancelled', cancelledAtMs: nowMs, evidenceJws: signed } };

  it('gives a charge back once, and tells the cardholder', async () => {
    await bench.card.authorise(authorisationBody);
    expect(await Promise.all([bench.card.cancel(cancel), bench.card.cancel(cancel)])).toEqual([cancelled, cancelled]);
    const other = { ...cancel, cancelId: '019ab0c0-0000-7000-8000-00000000000d' as CancelId };
    expect(await bench.card.cancel(other)).toEqual(declined('refund_limit'));
    expect(await booked()).toEqual([saleToday, `cancel ${today} 12300-221`]);
    expect(await bench.card.reverse(reversal)).toMatchObject({ ok: false, code: 'payment_state' });
    await until(() => expect(bench.texts()).toHaveLength(2));
    expect(bench.texts()[1]).toMatch(/결제 취소.*-12,300원/s);
  });

  it('declines for good what it does not know, and refuses other data under the same id', async () => {
    expect(await bench.card.cancel(cancel)).toEqual(declined('payment_unknown'));
    await bench.card.authorise(authorisationBody);
    expect(await bench.card.cancel(cancel)).toEqual(declined('payment_unknown'));
    expect(await bench.card.cancel({ ...cancel, amountWon: won(1) })).toMatchObject({ code: 'payment_id_conflict' });
  });
});

describe('payment notices (S12)', () => {
  const unavailable = async () => {
    throw new ScanPayError('upstream_unavailable', 'the gateway is away');
  };

  it('wait for a gateway that is away, and hold up nothing meanwhile', async () => {
    bench.mms.send.mockImplementationOnce(unavailable).mockImplementationOnce(unavailable);
    await bench.card.authorise(authorisationBody);
    await until(() => expect(bench.scheduler.pendingCount()).toBe(1));
    await bench.card.authorise(numberedPayment(1));
    await until(() => expect(bench.mms.send).toHaveBeenCalledTimes(2));
    expect(bench.texts()).toEqual([]);
    await until(() => expect(bench.scheduler.pendingCount()).toBe(1));
    bench.scheduler.advance(1_000);
    await until(() => expect(bench.texts()).toHaveLength(2));
    await until(async () => expect(await bench.store.nextNoticeDueMs()).toBeUndefined());
  });

  it('gather for a moment, and are struck off together', async () => {
    await bench.close();
    bench = await createCardBench({ gatherMs: 50 });
    const remove = vi.spyOn(bench.store, 'removeNotices');
    for (let index = 1; index <= 3; index += 1) await bench.card.authorise(numberedPayment(index));
    expect(bench.scheduler.pendingCount()).toBe(1);
    bench.scheduler.advance(49);
    expect(bench.mms.send).not.toHaveBeenCalled();
    bench.scheduler.advance(1);
    await until(async () => expect(await bench.store.nextNoticeDueMs()).toBeUndefined());
    expect(bench.texts()).toHaveLength(3);
    const struckOff = remove.mock.calls.map(([noticeIds]) => noticeIds.length).filter((count) => count > 0);
    expect(struckOff).toEqual([3]);
  });

  it('are sent after a crash, with the key they would have had', async () => {
    bench.mms.send.mockImplementationOnce(unavailable);
    await bench.card.authorise(authorisationBody);
    await until(() => expect(bench.scheduler.pendingCount()).toBe(1));
    await bench.restart();
    await until(() => expect(bench.texts()).toHaveLength(1));
    expect(new Set(bench.mms.send.mock.calls.map(([message]) => message.idempotencyKey))).toEqual(
      new Set([`approval-${paymentId}`]),
    );
  });

  it('do not hold up others by one the gateway never takes, which is given up in the end', async () => {
    bench.mms.send.mockImplementation(async (message) => {
      if (message.idempotencyKey === `approval-${paymentId}`) await unavailable();
    });
    await bench.card.authorise(authorisationBody);
    for (let index = 1; index <= 3; index += 1) await bench.card.authorise(numberedPayment(index));
    await until(() => expect(bench.texts()).toHaveLength(3));
    for (let tries = 0; tries < 60; tries += 1) {
      if ((await bench.store.nextNoticeDueMs()) === undefined) break;
      await until(() => expect(bench.scheduler.pendingCount()).toBe(1));
      bench.scheduler.advance(10 * 60_000);
      await until(() => expect(bench.mms.send.mock.calls.length).toBeGreaterThan(4 + tries));
    }
    expect(await bench.store.nextNoticeDueMs()).toBeUndefined();
    expect(bench.mms.send.mock.calls.length).toBe(3 + 50);
    const kept = await bench.db.selectFrom('card_notices').selectAll().execute();
    expect(kept).toMatchObject([{ notice_id: `approval-${paymentId}`, failures: 50, due_at_ms: null }]);
  });

  it('leave no timer behind when the role stops', async () => {
    bench.mms.send.mockImplementation(unavailable);
    await bench.card.authorise(authorisationBody);
    await until(() => expect(bench.scheduler.pendingCount()).toBe(1));
    await bench.role.stop();
    expect(bench.scheduler.pendingCount()).toBe(0);
  });
});
