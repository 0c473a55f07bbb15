import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { addBusinessDays } from '@scanpay/shared/clock.ts';
import type { DeviceId, StatementId } from '@scanpay/shared/ids.ts';
import { makeStatement } from '@scanpay/shared/settlement/make-statement.ts';
import { signStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { splitStatementText } from '@scanpay/shared/settlement/statement-assembly.ts';
import { makeStatementText } from '@scanpay/shared/settlement/statement-text.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { createSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import type { RequestBody } from '../ports/journal.ts';
import { approval, cardSale, merchantId, noonMs, paymentIdOf, today } from '../testing/terminal-samples.ts';
import type { Draft } from './mailroom.ts';
import { createStatements } from './statements.ts';

const statementId = '019ab4d1-0000-7000-8000-00000000beef' as StatementId;
const paymentId = paymentIdOf(1);
const request = { paymentId, merchantId, ...cardSale, coupon: { kind: 'auth-number' }, expiresAtMs: noonMs } as unknown;

const deviceId = 'box-1' as DeviceId;

/** A box whose one payment is approved by the operator, and which has not heard of it when the day is closed. */
async function receiveTooEarly(statedDeviceId = deviceId) {
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
  const sale = { kind: 'sale', tender: 'card', paymentId, cancelId: null, split: approval.split } as const;
  const parties = { hop: 'S15', sender: 'operator', receiver: merchantId, deviceId: statedDeviceId } as const;
  const { statement, lines } = makeStatement({ statementId, ...parties, businessDate: today, events: [sale] });
  const jws = await signStatement(statement, signer);
  const parts = splitStatementText({ statementId, sha256: sha256Base64Url(jws) }, makeStatementText(jws, lines));
  if (!parts.ok) throw new Error(parts.code);
  const header = { v: 1, messageId: '', deviceId, sentAtMs: noonMs } as const;
  statements.linkChanged(true);
  for (const part of parts.value) await statements.takePart({ ...header, type: 'settlement.statement', ...part });
  return { statements, journal, scheduler, sent };
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
  const stated = { split: approval.split, saleDate: today, reversalDate: addBusinessDays(today, 1) };
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
  const { journal } = await receiveTooEarly('box-2' as DeviceId);
  expect(journal.findStatement(statementId)).toBeNull();
});
