import { createPublicKey } from 'node:crypto';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { signLineAct } from '@scanpay/shared/settlement/line-act.ts';
import { signPaymentAdvice } from '@scanpay/shared/settlement/signed-statement.ts';
import { signAnswer } from '@scanpay/shared/settlement/statement-answer.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBookReader } from '../../drivers/sql/ledger/chain.ts';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import { alterPayload, rehashBook, tamperWith } from '../../drivers/sql/testing/tamper-book.ts';
import type { Company } from '../../ports/ledger.ts';
import { boxKeysOf, signBoxAccept, signBoxAnswer } from '../../roles/settle/testing/box-words.ts';
import {
  companyNames,
  day,
  event,
  otherShop,
  paymentId,
  shop,
  viewWorld,
} from '../../roles/settle/testing/payment-day.ts';
import {
  boxOf,
  createSettlementWorld,
  makeSigner,
  partsOf,
  type SettlementWorld,
} from '../../roles/settle/testing/settlement-world.ts';
import { auditBook } from '../settle/audit-book.ts';
import { trustNeighbours } from './statement-trust.ts';
import { atAnyTime } from './testing/dated.ts';

let world: SettlementWorld;
const { book, closeAndSettle } = viewWorld(() => world);

/** Two shops with as much due to each; card company and PG differ on a line, the first shop and the operator on another. */
beforeEach(async () => {
  world = await createSettlementWorld();
  await book(event(1, 'sale', 'card', 10_000));
  await book(event(2, 'sale', 'card', 20_000));
  await book(event(3, 'sale', 'card', 10_000), otherShop);
  await book(event(4, 'sale', 'card', 30_000), shop, ['card']);
  await book(event(4, 'sale', 'card', 30_500), shop, ['pg', 'operator']);
  await closeAndSettle();
  await settleLine('pg', 'S13', 4);
  await answerAsShop(shop, [2]);
  await answerAsShop(otherShop, []);
  await acceptAsShop(2);
  for (const company of companyNames) expect(await finding(company)).toBeNull();
});
afterEach(() => world.dispose());

const nowMs = () => world.scheduler.nowMs();
const signerOf = (company: Company): JwsSigner => world.companies[company].signer;
const tamper = (company: Company, ...statements: string[]) => tamperWith(world.companies[company].db, ...statements);
const sale = (n: number) => ({ kind: 'sale', paymentId: paymentId(n), cancelId: null }) as const;
const storeOf = (company: Company) => createSettlementStore(world.companies[company].db);

async function statementOf(company: Company, hop: string, receiver?: string) {
  const rows = await storeOf(company).listStatements(day);
  const row = rows.find((each) => each.hop === hop && (receiver ?? each.receiver) === each.receiver);
  if (row === undefined) throw new Error(`${company} has no ${hop}`);
  return row;
}

async function settleLine(company: Company, hop: string, n: number): Promise<void> {
  const { statementId } = await statementOf(company, hop);
  const settled = await world.companies[company].settlement.lineDesk.settle(statementId, sale(n), '');
  expect(settled.ok).toBe(true);
  await world.settle();
}

/** The box of the shop has these as if they had never been, and says so. */
async function answerAsShop(merchantId: MerchantId, missing: number[]): Promise<void> {
  const deviceId = boxOf(merchantId);
  const [part] = partsOf(world, deviceId);
  if (part === undefined) throw new Error('no statement was presented');
  const { statementId, statementSha256 } = part;
  const { lines } = (await world.companies.operator.settlement.readLines(statementId, null)) ?? { lines: [] };
  const faults = lines
    .filter((line) => missing.some((n) => line.paymentId === paymentId(n)))
    .map((theirs) => ({ theirs, ours: null }));
  const verdict = faults.length === 0 ? 'approved' : 'disputed';
  const answer = { statementId, statementSha256, answer: verdict, faults } as const;
  const answerJws = await signBoxAnswer(deviceId, { ...answer, faults }, nowMs());
  const desk = world.companies.operator.settlement.merchantDesk;
  const taken = await desk?.answer({ deviceId, merchantId, answer: { ...answer, faults }, answerJws });
  expect(taken).toMatchObject({ ok: true });
  await world.settle();
}

async function acceptAsShop(n: number): Promise<void> {
  const { statementId, sha256: statementSha256 } = await statementOf('operator', 'S15', shop);
  const accept = { statementId, statementSha256, line: sale(n) };
  const acceptJws = await signBoxAccept(boxOf(shop), accept, nowMs());
  const from = { deviceId: boxOf(shop), merchantId: shop };
  await world.companies.operator.settlement.lineDesk.takeAccept({ ...from, accept, acceptJws });
}

async function finding(company: Company) {
  const { db } = world.companies[company];
  const keysOf = (each: Company) =>
    atAnyTime((kid) => {
      const { kid: own, privateKey } = signerOf(each);
      return own === kid ? createPublicKey(privateKey) : undefined;
    });
  const keys = { card: keysOf('card'), pg: keysOf('pg'), operator: keysOf('operator') };
  const trust = trustNeighbours(company, keys, boxKeysOf);
  return (await auditBook({ company, book: createBookReader(db), store: createSettlementStore(db), trust })).finding;
}

/** The first finding is about this statement. */
async function expectFault(company: Company, statementId: string, reason: string, more: object = {}): Promise<void> {
  expect(await finding(company)).toMatchObject({ what: 'statement', statementId, reason, ...more });
}

const setWord = (company: Company, statementId: string, column: string, jws: string | null) =>
  tamper(
    company,
    `update statements set ${column} = ${jws === null ? 'null' : `'${jws}'`} where statement_id = '${statementId}'`,
  );

describe('the answer to a statement', () => {
  it.each<['card' | 'pg', string, Company]>([
    ['card', 'S13', 'pg'],
    ['pg', 'S13', 'pg'],
    ['pg', 'S14', 'operator'],
  ])('as %s keeps it of %s is held against the key of %s', async (company, hop, by) => {
    const { statementId, answerJws } = await statementOf(company, hop);
    const said = alterPayload(answerJws ?? '', {});
    await setWord(company, statementId, 'answer_jws', null);
    await expectFault(company, statementId, 'answer-missing', { found: null });
    await setWord(company, statementId, 'answer_jws', await signAnswer(said as never, makeSigner(`${by}-1`).signer));
    await expectFault(company, statementId, 'answer-forged', { expected: `signed by ${by}` });
    // Its own word, but on another statement, or on another text of this one.
    for (const differing of [{ statementId: paymentId(99) }, { statementSha256: 'x'.repeat(43) }]) {
      const other = await signAnswer({ ...said, ...differing } as never, signerOf(by));
      await setWord(company, statementId, 'answer_jws', other);
      await expectFault(company, statementId, 'answer-of-another');
    }
  });

  it('decides how the statement stands, and which lines are at fault', async () => {
    const { statementId } = await statementOf('card', 'S13');
    const ofIt = `where statement_id = '${statementId}'`;
    await tamper('card', `update statements set faults_json = replace(faults_json, '30500', '30400') ${ofIt}`);
    await expectFault('card', statementId, 'answer-differs', { expected: 'the lines at fault as signed' });
    await tamper('card', `update statements set state = 'paid', faults_json = '[]', settled_json = '[]' ${ofIt}`);
    await expectFault('card', statementId, 'answer-differs', { expected: 'disputed', found: 'paid' });
    await tamper('card', `update statements set state = 'presented' ${ofIt}`);
    await expectFault('card', statementId, 'answer-differs', { expected: 'disputed', found: 'presented' });
  });

  it('of a shop is held against the key of its box', async () => {
    const { statementId, sha256: statementSha256 } = await statementOf('operator', 'S15', otherShop);
    const [deviceId, other] = [boxOf(otherShop), boxOf(shop)];
    const answer = { statementId, statementSha256, answer: 'approved' as const, faults: [] };
    const keep = (jws: string | null) => setWord('operator', statementId, 'answer_jws', jws);
    await keep(null);
    await expectFault('operator', statementId, 'answer-missing');
    await keep(await signBoxAnswer(other, answer, nowMs()));
    await expectFault('operator', statementId, 'answer-forged', { expected: `signed by ${otherShop}` });
    await keep(await signBoxAnswer(deviceId, { ...answer, statementId: paymentId(98) as never }, nowMs()));
    await expectFault('operator', statementId, 'answer-of-another');
    await keep(await signBoxAnswer(deviceId, { ...answer, answer: 'disputed' }, nowMs()));
    await expectFault('operator', statementId, 'answer-differs', { expected: 'disputed', found: 'paid' });
    await keep(await signBoxAnswer(deviceId, answer, nowMs()));
    expect(await finding('operator')).toBeNull();
  });
});

describe('an act on a disputed line', () => {
  const setAct = async (company: Company, statementId: string, differing: object) => {
    const [line] = (await storeOf(company).findStatement(statementId as never))?.settledLines ?? [];
    const json = JSON.stringify([{ ...line, ...differing }]);
    await tamper(company, `update statements set settled_json = '${json}' where statement_id = '${statementId}'`);
    return line;
  };

  it('between companies is that of the side that gave way, on this line of this statement', async () => {
    const { statementId, settledLines } = await statementOf('card', 'S13');
    const act = alterPayload(settledLines[0]?.actJws ?? '', {});
    const sign = (differing: object, signer: JwsSigner) => signLineAct({ ...act, ...differing } as never, signer);
    const line = sale(4);
    await setAct('card', statementId, { actJws: await sign({}, signerOf('card')) });
    await expectFault('card', statementId, 'act-forged', { line, expected: 'accepted by pg' });
    for (const differing of [
      { line: sale(1) },
      { outcome: 'corrected' },
      { by: 'card' },
      { statementSha256: 'x'.repeat(43) },
      { agreed: null },
    ]) {
      await setAct('card', statementId, { actJws: await sign(differing, signerOf('pg')) });
      await expectFault('card', statementId, 'act-differs', { line });
    }
    // The receiver cannot correct what is not its own statement, whatever it signs.
    const wrong = { by: 'pg', outcome: 'corrected' };
    await setAct('card', statementId, { ...wrong, actJws: await sign(wrong, signerOf('pg')) });
    await expectFault('card', statementId, 'act-differs', { line });
  });

  it('of a shop is signed by its box', async () => {
    const { statementId, sha256: statementSha256 } = await statementOf('operator', 'S15', shop);
    const accept = { statementId, statementSha256, line: sale(2) };
    const sign = (deviceId: DeviceId, differing: object = {}) =>
      signBoxAccept(deviceId, { ...accept, ...differing }, nowMs());
    await setAct('operator', statementId, { actJws: await sign(boxOf(otherShop)) });
    await expectFault('operator', statementId, 'act-forged', { line: sale(2) });
    await setAct('operator', statementId, { actJws: await sign(boxOf(shop), { line: sale(1) }) });
    await expectFault('operator', statementId, 'act-differs', { line: sale(2) });
    // The operator gives way in the shop's name.
    const act = { v: 1, ...accept, outcome: 'accepted', by: shop, agreed: null, note: '', actedAtMs: nowMs() };
    await setAct('operator', statementId, { actJws: await signLineAct(act as never, signerOf('operator')) });
    await expectFault('operator', statementId, 'act-forged', { line: sale(2) });
  });
});

describe('the word that a statement is paid', () => {
  it('is signed by its sender, on this amount', async () => {
    const { statementId, sha256: statementSha256, paidWon } = await statementOf('operator', 'S14');
    const advice = { v: 1, statementId, statementSha256, payableWon: paidWon, paidAtMs: nowMs() } as const;
    const keep = (jws: string | null) => setWord('operator', statementId, 'advice_jws', jws);
    await keep(null);
    await expectFault('operator', statementId, 'advice-missing');
    await keep(await signPaymentAdvice(advice, signerOf('operator')));
    await expectFault('operator', statementId, 'advice-forged');
    await keep(await signPaymentAdvice({ ...advice, payableWon: won(paidWon - 1) }, signerOf('pg')));
    await expectFault('operator', statementId, 'advice-differs', {
      expected: `${paidWon - 1} won paid for ${statementId}, signed by pg`,
    });
    await keep(await signPaymentAdvice(advice, signerOf('pg')));
    expect(await finding('operator')).toBeNull();
  });
});

describe('money', () => {
  const ofKind = (kind: string, where = '') => `(select min(seq) from ledger_entries where kind = '${kind}' ${where})`;
  const rehash = () => rehashBook(world.companies.operator.db);

  it('that moved is what was agreed, to the won', async () => {
    const { statementId } = await statementOf('card', 'S13');
    await tamper(
      'card',
      `update ledger_postings set amount_won = amount_won + case account when 'bank' then -1 else 1 end
         where entry_seq = ${ofKind('payout')} and account in ('bank', 'pg-payable')`,
    );
    await rehashBook(world.companies.card.db);
    await expectFault('card', statementId, 'money');
  });

  it('is not made due to another shop, and brought to it by its transfer', async () => {
    const { statementId } = await statementOf('operator', 'S15', otherShop);
    const of = `and merchant_id = '${otherShop}'`;
    await tamper(
      'operator',
      `update ledger_entries set merchant_id = '${shop}' where seq in (${ofKind('payout', of)}, ${ofKind('transfer', of)})`,
    );
    await rehash();
    const found = expect.stringMatching(new RegExp(`^${shop}: `));
    await expectFault('operator', statementId, 'money', { expected: expect.stringMatching(/^m-2: /), found });
  });

  it('does not move twice for one statement', async () => {
    const { statementId } = await statementOf('operator', 'S15', otherShop);
    const columns = `kind, payment_id, cancel_id, merchant_id, device_id, tender, charged_won, card_fee_won, pg_fee_won,
      operator_fee_won, merchant_share_won, at_ms, business_date`;
    const copy = (seq: number, from: string, key: string, transferId: string) => [
      `insert into ledger_entries (seq, entry_key, statement_id, transfer_id, ${columns}, previous_hash, entry_hash)
         select ${seq}, '${key}', statement_id, ${transferId}, ${columns}, 'x${seq}', 'y${seq}'
         from ledger_entries where seq = ${from}`,
      `insert into ledger_postings select ${seq}, position, account, amount_won from ledger_postings where entry_seq = ${from}`,
    ];
    const of = `and merchant_id = '${otherShop}'`;
    await tamper(
      'operator',
      ...copy(900, ofKind('payout', of), `payout/${statementId}/again`, 'null'),
      ...copy(901, ofKind('transfer', of), `transfer/${paymentId(97)}`, `'${paymentId(97)}'`),
    );
    await rehash();
    expect(await finding('operator')).toMatchObject({ what: 'entry', seq: 900, reason: 'misfiled' });
  });

  it('is not said to have come by the transfer of another shop', async () => {
    const { statementId } = await statementOf('operator', 'S15', otherShop);
    const other = await statementOf('operator', 'S15', shop);
    await setWord('operator', statementId, 'transfer_id', other.transferId);
    await expectFault('operator', statementId, 'transfer', { found: `to ${shop}` });
    await setWord('operator', statementId, 'transfer_id', paymentId(96));
    await expectFault('operator', statementId, 'transfer', { found: null });
  });
});
