import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredIdentity } from '@scanpay/device/ports/identity-store.ts';
import { signPaymentAdvice } from '@scanpay/shared/settlement/signed-statement.ts';
import { connectRaw, type RawClient } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { encodeEnvelope } from '@scanpay/shared/wire/envelope.ts';
import { importSigner } from '@scanpay/shared/wire/message-key.ts';
import { downFilter, type UpChannel, upTopic } from '@scanpay/shared/wire/topics.ts';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { awaitRoomInBusinessDate, dayTakesMs } from '../demo/business-day.ts';
import type { Coupon } from '../demo/customers.ts';
import { demoDeviceId, demoMerchant } from '../demo/identities.ts';
import { type CompanyName, settleDay } from '../demo/settlement-day.ts';
import { createSealedRequests } from './hostile-peers.ts';
import { countCharges, type HostileWorld, readUsesLeft, startHostileWorld, sumBooks } from './hostile-world.ts';

const companies = ['operator', 'pg', 'card'] as const;

let world: HostileWorld;
let coupon: Coupon;
/** Whoever has taken the box's own certificate and key, and everything it ever said. */
let thief: RawClient;

beforeAll(async () => {
  await awaitRoomInBusinessDate();
  world = await startHostileWorld('replay');
  const offers = [{ offerId: 'o-breakfast', headcount: 2 }];
  coupon = await world.travellers.getCoupon({ name: '다시봄', mobile: '01080000001', offers });
  expect(await world.sell(coupon)).toMatchObject({ kind: 'approved' });
  await settleDay({ ...world, merchantId: demoMerchant.merchantId, onRow: () => undefined });
  const identity = JSON.parse(
    readFileSync(join(world.dataDir, 'box', 'identity', 'identity.json'), 'utf8'),
  ) as StoredIdentity;
  await world.running.box?.stop();
  const { key, certificate: cert, caCertificates: ca } = identity.tls;
  const address = { host: '127.0.0.1', port: world.brokerPort, secure: true };
  thief = await connectRaw(address, { clientId: demoDeviceId, key, cert, ca });
  await thief.client.subscribeAsync(downFilter(demoDeviceId), { qos: 1 });
}, dayTakesMs + 240_000);
afterAll(async () => {
  await thief?.end();
  await world?.end();
});

function rows<Row>(company: CompanyName, sql: string): Row[] {
  const db = new Database(join(world.dataDir, company, `${company}.sqlite`), { readonly: true });
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
}

/** All that is booked anywhere, and what the coupon is still good for. */
const readBooks = () => ({
  entries: companies.map((company) => rows(company, 'SELECT entry_key, entry_hash FROM ledger_entries ORDER BY seq')),
  statements: companies.map((company) =>
    rows(company, 'SELECT statement_id, state, paid_won FROM statements ORDER BY 1'),
  ),
  charges: companies.map((company) => countCharges(world.dataDir, company)),
  uses: readUsesLeft(world.dataDir, coupon),
});

const say = (jws: string, barcode: string | undefined, channel: UpChannel) =>
  thief.client.publishAsync(upTopic(demoDeviceId, channel), Buffer.from(encodeEnvelope(jws, barcode)), { qos: 1 });

/** Types of what the operator has said so far; it may say more by itself than it was asked. */
const readAnswers = (): string[] =>
  thief.received.map(({ text }) => {
    const [, payload = ''] = (JSON.parse(text) as { jws: string }).jws.split('.');
    return (JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { type: string }).type;
  });
const waitForAnswers = (type: string, count: number) =>
  until(() => expect(readAnswers().filter((each) => each === type).length).toBeGreaterThanOrEqual(count));

it('a replayed request gets the answer of then, and charges nobody', { timeout: 180_000 }, async () => {
  const before = readBooks();
  expect(before.charges.map((each) => Object.values(each))).toEqual([[1], [1], [1]]);
  const [request] = rows<{ request_jws: string }>('operator', 'SELECT request_jws FROM operator_payments');
  if (request === undefined) throw new Error('no request was recorded');
  for (let time = 0; time < 5; time += 1) await say(request.request_jws, coupon.barcode, 'payment');
  await waitForAnswers('payment.result', 5);
  expect(readBooks()).toEqual(before);
});

it('a replayed statement is answered as it was, and paid once: S13, S14, S15', { timeout: 180_000 }, async () => {
  const before = readBooks();
  const { sendJson } = createSealedRequests(world);
  for (const [sender, receiver] of [
    ['card', 'pg'],
    ['pg', 'operator'],
  ] as const) {
    const [statement] = rows<{
      statement_id: string;
      statement_jws: string;
      statement_sha256: string;
      paid_won: number;
    }>(sender, "SELECT * FROM statements WHERE direction = 'sent'");
    if (statement === undefined) throw new Error('no statement was sent');
    const { statement_id: statementId, statement_jws: statementJws, statement_sha256: statementSha256 } = statement;
    const advice = {
      v: 1,
      statementId,
      statementSha256,
      payableWon: statement.paid_won,
      paidAtMs: Date.now(),
    } as never;
    const adviceJws = await signPaymentAdvice(advice, importSigner(world.keys[sender]));
    for (let time = 0; time < 3; time += 1) {
      // Signed anew each time, as the sender alone could: the very call once more is refused before it is looked at.
      const again = await sendJson(world.urls[receiver], '/v1/statements', JSON.stringify({ statementJws }));
      expect(JSON.parse(again.text)).toMatchObject({ statementId });
      const path = `/v1/statements/${statementId}/paid`;
      expect(await sendJson(world.urls[receiver], path, JSON.stringify({ adviceJws }))).toMatchObject({ status: 200 });
    }
  }
  const [answered] = rows<{ answer_jws: string }>('operator', "SELECT answer_jws FROM statements WHERE hop = 'S15'");
  if (answered === undefined) throw new Error('no statement was answered');
  for (let time = 0; time < 3; time += 1) await say(answered.answer_jws, undefined, 'settlement');
  await waitForAnswers('settlement.state', 3);
  expect(readBooks()).toEqual(before);
  expect(await sumBooks(world)).toEqual({ operator: 0, pg: 0, card: 0 });
});
