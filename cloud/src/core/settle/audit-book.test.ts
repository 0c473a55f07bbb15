import { createPublicKey } from 'node:crypto';
import { addBusinessDays } from '@scanpay/shared/clock.ts';
import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import { splitRefund, won } from '@scanpay/shared/money.ts';
import { signStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import type { BookedEvent } from '@scanpay/shared/settlement/statement.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBookReader } from '../../drivers/sql/ledger/chain.ts';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import { rehashBook, tamperWith } from '../../drivers/sql/testing/tamper-book.ts';
import type { Company } from '../../ports/ledger.ts';
import { boxKeysOf, signBoxAnswer } from '../../roles/settle/testing/box-words.ts';
import {
  companyNames,
  day,
  event,
  otherShop,
  paymentId,
  type shop,
  viewWorld,
} from '../../roles/settle/testing/payment-day.ts';
import {
  createSettlementWorld,
  makeSigner,
  type SettlementWorld,
} from '../../roles/settle/testing/settlement-world.ts';
import { trustNeighbours } from '../audit/statement-trust.ts';
import { atAnyTime } from '../audit/testing/dated.ts';
import { type AuditReport, auditBook } from './audit-book.ts';

let world: SettlementWorld;
const { book, closeAndSettle } = viewWorld(() => world);

beforeEach(async () => {
  world = await createSettlementWorld();
  await book(event(1, 'sale', 'card', 12_345));
  await book(event(2, 'sale', 'cash', 10_000));
  await book(event(3, 'sale', 'card', 50_000), otherShop);
  await book(event(4, 'sale', 'card', 30_000), otherShop);
  await book(event(4, 'cancel', 'card', 30_000), otherShop);
  await closeAndSettle();
});
afterEach(() => world.dispose());

/** One won of the card fee becomes the merchant's share. */
function shiftFee(event: BookedEvent): BookedEvent {
  const { split } = event;
  const cardFeeWon = won(split.cardFeeWon - 1);
  return { ...event, split: { ...split, cardFeeWon, merchantShareWon: won(split.merchantShareWon + 1) } };
}

const keysOf = (company: Company) =>
  atAnyTime((kid) => {
    const { signer } = world.companies[company];
    return signer.kid === kid ? createPublicKey(signer.privateKey) : undefined;
  });

function audit(company: Company): Promise<AuditReport> {
  const { db } = world.companies[company];
  return auditBook({
    company,
    book: createBookReader(db),
    store: createSettlementStore(db),
    trust: trustNeighbours(
      company,
      { card: keysOf('card'), pg: keysOf('pg'), operator: keysOf('operator') },
      boxKeysOf,
    ),
  });
}

const tamper = (company: Company, ...statements: string[]) => tamperWith(world.companies[company].db, ...statements);
const rehash = (company: Company) => rehashBook(world.companies[company].db);

/** Books the refund of a payment once more, with every hash made anew. */
async function replay(company: Company, ofPayment: PaymentId): Promise<void> {
  const refund = `kind = 'cancel' and payment_id = '${ofPayment}'`;
  await tamper(
    company,
    `insert into ledger_entries select 900, 'cancel/again', kind, payment_id, cancel_id, statement_id, transfer_id,
       merchant_id,
       device_id, tender, charged_won, card_fee_won, pg_fee_won, operator_fee_won, merchant_share_won, at_ms, business_date,
       'x', 'y', payout_date from ledger_entries where ${refund}`,
    `insert into ledger_postings select 900, position, account, amount_won from ledger_postings
       where entry_seq = (select seq from ledger_entries where ${refund} and seq < 900)`,
  );
  await rehash(company);
}

describe('auditBook', () => {
  it('finds nothing in honest books, before and after a restart', async () => {
    for (const company of companyNames) {
      await world.restart(company);
      const { finding, entries, sealedDates, statements } = await audit(company);
      expect({ company, finding, sealedDates }).toEqual({ company, finding: null, sealedDates: 1 });
      expect(entries).toBeGreaterThanOrEqual(5);
      expect(statements).toBeGreaterThanOrEqual(1);
    }
  });

  it('locates an altered amount', async () => {
    await tamper(
      'operator',
      'update ledger_postings set amount_won = amount_won + 1 where entry_seq = 2 and position = 0',
    );
    expect((await audit('operator')).finding).toMatchObject({ what: 'entry', seq: 2, reason: 'altered' });
  });

  it('locates a deleted entry, also the last one of the day', async () => {
    await tamper('pg', 'delete from ledger_postings where entry_seq = 3', 'delete from ledger_entries where seq = 3');
    expect((await audit('pg')).finding).toMatchObject({ what: 'entry', seq: 4, reason: 'chain-broken' });
    await tamper(
      'card',
      'delete from ledger_postings where entry_seq >= 4',
      'delete from ledger_entries where seq >= 4',
    );
    expect((await audit('card')).finding).toEqual({ what: 'day-head', businessDate: day, reason: 'head-differs' });
  });

  it('locates a swapped fee, even where every hash was made anew', async () => {
    await tamper(
      'operator',
      'update ledger_entries set pg_fee_won = operator_fee_won, operator_fee_won = pg_fee_won where seq = 1',
    );
    await rehash('operator');
    expect((await audit('operator')).finding).toMatchObject({ what: 'entry', seq: 1, reason: 'wrong-postings' });
  });

  it('locates a replayed refund', async () => {
    await replay('card', paymentId(4));
    expect((await audit('card')).finding).toMatchObject({
      what: 'entry',
      seq: 900,
      reason: 'no-such-sale',
      entry: { paymentId: paymentId(4) },
    });
  });

  describe('with refunds in parts, two of them on a later date', () => {
    const sale = event(5, 'sale', 'card', 33_333);
    const later = addBusinessDays(day, 1);
    const part = (nth: number, beforeWon: number, amountWon: number): BookedEvent => ({
      ...sale,
      kind: 'cancel',
      cancelId: `019ab0c1-0000-7000-8000-${(256 + nth).toString(16).padStart(12, '0')}` as CancelId,
      split: splitRefund(sale.split, won(beforeWon), won(amountWon)),
    });
    const bookAll = async (events: BookedEvent[]) => {
      for (const company of companyNames) for (const each of events) await world.book(company, each, otherShop, later);
    };

    it('finds nothing when they follow from the sale, in order', async () => {
      await bookAll([sale, part(1, 0, 1), part(2, 1, 11_111), part(3, 11_112, 22_221)]);
      for (const company of companyNames) expect((await audit(company)).finding).toBeNull();
    });

    it('locates a replayed one, though there is room for it', async () => {
      await bookAll([sale, part(1, 0, 1_000)]);
      for (const company of companyNames) {
        await replay(company, sale.paymentId);
        expect((await audit(company)).finding).toMatchObject({ seq: 900, reason: 'no-such-sale' });
      }
    });

    it.each<[string, BookedEvent]>([
      ['one for more than is left', part(2, 0, 32_334)],
      ['one that takes a fee back from the wrong share', shiftFee(part(2, 1_000, 10_000))],
      ['the reversal of the sale', { ...sale, kind: 'reversal' }],
    ])('locates %s', async (_what, wrong) => {
      await bookAll([sale, part(1, 0, 1_000), wrong]);
      for (const company of companyNames) {
        expect((await audit(company)).finding).toMatchObject({ reason: 'no-such-sale', entry: { kind: wrong.kind } });
      }
    });
  });

  it('locates one won moved between merchants by somebody who made every hash anew', async () => {
    const move = (seq: number, by: number) => [
      `update ledger_entries set merchant_share_won = merchant_share_won + ${by}, operator_fee_won = operator_fee_won - ${by}
         where seq = ${seq}`,
      `update ledger_postings set amount_won = amount_won + ${by} where entry_seq = ${seq} and account = 'fee-income'`,
      `update ledger_postings set amount_won = amount_won - ${by} where entry_seq = ${seq} and account = 'merchant-payable'`,
    ];
    await tamper('operator', ...move(1, 1), ...move(3, -1));
    await rehash('operator');
    expect((await audit('operator')).finding).toEqual({ what: 'day-head', businessDate: day, reason: 'head-differs' });
  });

  it('locates a statement signed by the wrong key, and one that was exchanged', async () => {
    const stranger = makeSigner('card-1').signer;
    const { db, settlement } = world.companies.card;
    const [row] = await settlement.listStatements(day);
    if (row === undefined) throw new Error('no statement');
    const { statement } = (await settlement.findStatement(row.statementId)) ?? {};
    if (statement === undefined) throw new Error('no text');
    const jws = await signStatement(statement, stranger);
    const values = { statement_jws: jws, statement_sha256: sha256Base64Url(jws) };
    await db.updateTable('statements').set(values).execute();
    const finding = { what: 'statement', statementId: row.statementId, reason: 'signature' };
    expect((await audit('card')).finding).toMatchObject(finding);
    // The right key, but other words than the receiver approved.
    const other = { ...statement, totals: { ...statement.totals, payableWon: statement.totals.feeWon } };
    const exchanged = await signStatement(other, world.companies.card.signer);
    await db.updateTable('statements').set({ statement_jws: exchanged }).execute();
    expect((await audit('card')).finding).toMatchObject(finding);
  });

  it('locates money that moved without a statement, and a payment that was left out of the book', async () => {
    await tamper('pg', `delete from statements where hop = 'S14'`);
    expect((await audit('pg')).finding).toMatchObject({ what: 'payout', reason: 'no-such-statement' });
    await tamper('card', `update statements set state = 'approved'`);
    expect((await audit('card')).finding).toMatchObject({ what: 'statement', reason: 'money' });
  });

  it('locates a transfer of another amount than was due to the merchant', async () => {
    const desk = world.companies.operator.settlement.merchantDesk!;
    for (const row of await world.companies.operator.settlement.listStatements(day)) {
      if (row.deviceId === null) continue;
      const { statementJws } = (await world.companies.operator.settlement.findStatement(row.statementId))!;
      const { statementId, deviceId } = row;
      const answer = {
        statementId,
        statementSha256: sha256Base64Url(statementJws),
        answer: 'approved',
        faults: [],
      } as const;
      const answerJws = await signBoxAnswer(deviceId, { ...answer, faults: [] }, world.scheduler.nowMs());
      const merchantId = row.receiver as typeof shop;
      await desk.answer({ deviceId, merchantId, answerJws, answer: { ...answer, faults: [] } });
    }
    expect((await audit('operator')).finding).toBeNull();
    await tamper(
      'operator',
      `update ledger_postings set amount_won = amount_won + case account when 'bank' then -1 else 1 end
         where entry_seq = (select min(seq) from ledger_entries where kind = 'transfer')`,
    );
    await rehash('operator');
    expect((await audit('operator')).finding).toMatchObject({ what: 'entry', reason: 'not-due' });
  });

  it('locates a day head signed by another company', async () => {
    const [head] = await createBookReader(world.companies.card.db).listDayHeads();
    await tamper('pg', `update day_heads set head_jws = '${head?.headJws}'`);
    expect((await audit('pg')).finding).toEqual({ what: 'day-head', businessDate: day, reason: 'signature' });
  });
});
