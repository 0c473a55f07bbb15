import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { addBusinessDays, type BusinessDate } from '@scanpay/shared/clock.ts';
import type { DeviceId, PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { makeStatement } from '@scanpay/shared/settlement/make-statement.ts';
import { signStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import type { BookedEvent, Statement } from '@scanpay/shared/settlement/statement.ts';
import { splitStatementText } from '@scanpay/shared/settlement/statement-assembly.ts';
import { makeStatementText } from '@scanpay/shared/settlement/statement-text.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import type { RequestBody } from '../ports/journal.ts';
import { approval, cardSale, merchantId, noonMs, paymentIdOf, today } from '../testing/terminal-samples.ts';
import type { Draft } from './mailroom.ts';
import { createStatements } from './statements.ts';

const statementId = '019ab4d1-0000-7000-8000-00000000beef' as StatementId;
const paymentId = paymentIdOf(1);
const request = { paymentId, merchantId, ...cardSale, coupon: { kind: 'auth-number' }, expiresAtMs: noonMs } as unknown;

const deviceId = 'box-1' as DeviceId;

/** A box with one payment that it has not heard of yet. */
async function openBox() {
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = { kid: 'operator-1', privateKey };
  const scheduler = createVirtualScheduler(noonMs);
  const journal = createSqliteJournal(new Database(':memory:'));
  const sent: Draft[] = [];
  const statements = createStatements({
    deviceId,
    merchantId,
    standingApproval: true,
    operatorKeys: () => createPublicKey(privateKey),
    journal,
    clock: scheduler,
    scheduler,
    slip: () => {
      throw new Error('no slip is due');
    },
    send: async (draft) => void sent.push(draft),
    onChange: () => undefined,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const payment = { paymentId, phase: 'unknown', request: request as RequestBody, requestJws: 'a.b.c' } as const;
  const more = { confirmJws: null, barcode: null, recheckFields: [], openedAtMs: noonMs };
  journal.commit([{ op: 'open-payment', payment: { ...payment, ...more } }]);
  statements.linkChanged(true);
  const receive = async (
    id: StatementId,
    payoutDate: BusinessDate | null,
    events: BookedEvent[],
    stated: Partial<Statement> = {},
  ) => {
    const parties = { hop: 'S15', sender: 'operator', receiver: merchantId, deviceId } as const;
    const header = { statementId: id, ...parties, businessDate: today, payoutDate, ...stated };
    const { statement, lines } = makeStatement({ ...header, events });
    const jws = await signStatement(statement, signer);
    const parts = splitStatementText({ statementId: id, sha256: sha256Base64Url(jws) }, makeStatementText(jws, lines));
    if (!parts.ok) throw new Error(parts.code);
    const of = { v: 1, messageId: '', deviceId, sentAtMs: noonMs, type: 'settlement.statement' } as const;
    for (const part of parts.value) await statements.takePart({ ...of, ...part });
  };
  return { statements, journal, scheduler, sent, receive };
}

const saleOf = (id: PaymentId): BookedEvent => {
  return { kind: 'sale', tender: 'card', paymentId: id, cancelId: null, split: approval.split };
};

/** A box whose one payment is approved by the operator, and which has not heard of it when the day is closed. */
async function receiveTooEarly(stated: Partial<Statement> = {}) {
  const box = await openBox();
  await box.receive(statementId, approval.payoutDate ?? null, [saleOf(paymentId)], stated);
  return box;
}

it('judges a statement again when it has heard of the payment that was missing', async () => {
  const { journal, scheduler, sent } = await receiveTooEarly();
  expect(journal.findStatement(statementId)).toMatchObject({ answer: null, faults: [{ ours: null }] });

  journal.commit([{ op: 'close-payment', paymentId, outcome: { kind: 'approved', approval }, atMs: noonMs }]);
  scheduler.advance(15_000);
  await Promise.resolve();

  expect(journal.findStatement(statementId)).toMatchObject({ answer: 'approved', faults: [] });
  expect(sent).toMatchObject([{ type: 'settlement.answer', statementId, answer: 'approved', faults: [] }]);
});

it('agrees with a sale that it never heard of once it is told of sale and reversal on two dates', async () => {
  const { journal, scheduler, sent } = await receiveTooEarly();
  const dates = { saleDate: today, salePayoutDate: addBusinessDays(today, 1), reversalDate: addBusinessDays(today, 1) };
  const stated = { split: approval.split, ...dates };
  journal.commit([{ op: 'close-payment', paymentId, outcome: { kind: 'reversed', stated }, atMs: noonMs }]);
  scheduler.advance(15_000);
  await Promise.resolve();
  expect(journal.findStatement(statementId)).toMatchObject({ answer: 'approved', faults: [] });
  expect(sent).toMatchObject([{ answer: 'approved', faults: [] }]);
});

it('does not agree with a sale that was reversed on its own date', async () => {
  const { journal, scheduler, sent } = await receiveTooEarly();
  journal.commit([{ op: 'close-payment', paymentId, outcome: { kind: 'reversed' }, atMs: noonMs }]);
  scheduler.advance(15_000);
  await Promise.resolve();
  expect(journal.findStatement(statementId)).toMatchObject({ answer: null, faults: [{ ours: null }] });
  expect(sent).toEqual([]);
});

it('judges it again when the merchant answers', async () => {
  const { statements, journal } = await receiveTooEarly();
  expect(await statements.answer(statementId, 'approved')).toMatchObject({ ok: false, code: 'statement_mismatch' });
  journal.commit([{ op: 'close-payment', paymentId, outcome: { kind: 'approved', approval }, atMs: noonMs }]);
  expect((await statements.answer(statementId, 'approved')).ok).toBe(true);
});

it('leaves a judgement that the merchant has disputed as it is', async () => {
  const { statements, journal } = await receiveTooEarly();
  expect((await statements.answer(statementId, 'disputed')).ok).toBe(true);
  journal.commit([{ op: 'close-payment', paymentId, outcome: { kind: 'approved', approval }, atMs: noonMs }]);
  expect((await statements.answer(statementId, 'approved')).ok).toBe(false);
  expect(journal.findStatement(statementId)).toMatchObject({ answer: 'disputed', faults: [{ ours: null }] });
});

it('leaves alone the statement of another box of the same merchant', async () => {
  const { journal } = await receiveTooEarly({ deviceId: 'box-2' as DeviceId });
  expect(journal.findStatement(statementId)).toBeNull();
});

describe('with payments that are paid on different dates', () => {
  const payday = addBusinessDays(today, 9);
  const otherId = '019ab4d1-0000-7000-8000-00000000cafe' as StatementId;
  const second = paymentIdOf(2);
  const sold = saleOf(paymentId);
  const other = saleOf(second);

  /** One paid on the next day, one on payday (null: the operator did not say). */
  async function sellTwo(first: BusinessDate | null, then: BusinessDate | null) {
    const box = await openBox();
    const open = { phase: 'sent', requestJws: 'a.b.c', confirmJws: null, barcode: null } as const;
    const asked = { ...(request as RequestBody), paymentId: second };
    const more = { request: asked, recheckFields: [], openedAtMs: noonMs };
    box.journal.commit([{ op: 'open-payment', payment: { paymentId: second, ...open, ...more } }]);
    for (const [id, payoutDate] of [[paymentId, first] as const, [second, then] as const]) {
      const { payoutDate: _, ...told } = approval;
      const said = payoutDate === null ? told : { ...told, payoutDate };
      const outcome = { kind: 'approved', approval: said } as const;
      box.journal.commit([{ op: 'close-payment', paymentId: id, outcome, atMs: noonMs }]);
    }
    return box;
  }
  const nextDay = addBusinessDays(today, 1);

  it('approves a statement of each date, and keeps both', async () => {
    const { journal, receive } = await sellTwo(nextDay, payday);
    await receive(statementId, nextDay, [sold]);
    await receive(otherId, payday, [other]);
    const kept = journal.recentStatements(9).map(({ statement, answer, faults }) => ({ ...statement, answer, faults }));
    expect(new Map(kept.map((each) => [each.payoutDate, [each.lineCount, each.answer, each.faults]]))).toEqual(
      new Map([
        [nextDay, [1, 'approved', []]],
        [payday, [1, 'approved', []]],
      ]),
    );
  });

  it('disputes a payment that is stated for another date than it was told', async () => {
    const { journal, receive } = await sellTwo(nextDay, payday);
    await receive(statementId, nextDay, [sold, other]);
    expect(journal.findStatement(statementId)).toMatchObject({
      answer: null,
      faults: [{ theirs: { paymentId: second }, ours: null }],
    });
    await receive(otherId, payday, []);
    expect(journal.findStatement(otherId)).toMatchObject({ answer: null, faults: [{ theirs: null }] });
  });

  it('has what it was told no date of in the statement without one', async () => {
    const { journal, receive } = await sellTwo(null, payday);
    await receive(statementId, null, [sold]);
    await receive(otherId, payday, [other]);
    for (const id of [statementId, otherId]) expect(journal.findStatement(id)).toMatchObject({ answer: 'approved' });
  });

  it('has all of a date in one where the operator told no payout date of any', async () => {
    const { journal, receive } = await sellTwo(null, null);
    await receive(statementId, nextDay, [sold, other]);
    expect(journal.findStatement(statementId)).toMatchObject({ answer: 'approved', faults: [] });
  });
});
