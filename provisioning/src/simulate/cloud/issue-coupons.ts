import type { HttpCall } from '@scanpay/cloud/drivers/peers/http-call.ts';
import { cardMigrations } from '@scanpay/cloud/drivers/sql/card/migrations.ts';
import { createSqliteKysely, migrateToLatest } from '@scanpay/cloud/drivers/sql/database.ts';
import { ledgerMigrations } from '@scanpay/cloud/drivers/sql/ledger/migrations.ts';
import { linkMigrations } from '@scanpay/cloud/drivers/sql/links/migrations.ts';
import { operatorMigrations } from '@scanpay/cloud/drivers/sql/operator/migrations.ts';
import { pgMigrations } from '@scanpay/cloud/drivers/sql/pg/migrations.ts';
import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { MmsMessage } from '@scanpay/cloud/ports/mms.ts';
import { addBusinessDays, businessDateAt } from '@scanpay/shared/clock.ts';
import { type AuthNumber, createIdMaker } from '@scanpay/shared/ids.ts';
import { exportSigner } from '@scanpay/shared/wire/message-key.ts';
import { createDice, type Dice } from '../engine/dice.ts';
import { createDisk } from '../engine/disk.ts';
import { createProcess } from '../engine/process.ts';
import { createTimeline } from '../engine/timeline.ts';
import { createWireCall } from '../engine/wire-call.ts';
import { boxes, hostileBox, merchants, offers } from './cast.ts';
import { buildCard, buildPg, type CompanyGround, type SimCompany } from './companies.ts';
import { buildOperator } from './operator-company.ts';

/** A customer's coupon, as it reached the phone. */
export interface SimCoupon {
  barcode: string;
  authNumber: AuthNumber;
  headcount: number;
}

/** The companies' databases with every coupon issued and every box enrolled: where each world begins. */
export interface Issued {
  /** 23:30 in Seoul. */
  atMs: number;
  images: Record<Company, Buffer>;
  coupons: SimCoupon[];
}

/** Card numbers the customers pay with: those the sandbox card company approves, and some it does not. */
export const cardNumbers = [
  ...['4111111111111111', '5555555555554444', '4012888888881881'],
  ...['4000000000000002', '4000000000009995', '4000000000009987'],
] as const;

const issuedAtMs = Date.parse('2026-11-23T23:30:00+09:00');
const couponCount = 28;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** S01–S06 through the companies' own routes, once for all worlds: the pictures alone take a second. */
export async function issueCoupons(): Promise<Issued> {
  const dice = createDice('coupons');
  const timeline = createTimeline(issuedAtMs);
  const disks = {
    operator: createDisk(null, { onCommit: () => undefined, onPowerCut: () => undefined }),
    pg: createDisk(null, { onCommit: () => undefined, onPowerCut: () => undefined }),
    card: createDisk(null, { onCommit: () => undefined, onPowerCut: () => undefined }),
  };
  const tables = { operator: operatorMigrations, pg: pgMigrations, card: cardMigrations };
  for (const company of ['operator', 'pg', 'card'] as const) {
    const db = createSqliteKysely(disks[company].connection);
    await migrateToLatest(db, { ...ledgerMigrations, ...linkMigrations, ...tables[company] });
  }
  const messages: MmsMessage[] = [];
  const built = {} as Record<Company, SimCompany>;
  const callTo: CompanyGround['callTo'] = (to, link) => createWireCall((call) => built[to].receive(call), { to, link });
  const groundOf = (company: Company) => {
    const life = createProcess(company, timeline);
    const connection = disks[company].attach(life);
    const mms = { send: async (message: MmsMessage) => void messages.push(message) };
    return { life, connection, dice: dice.fork(company), mms, log: silent, callTo };
  };
  built.operator = await buildOperator({ ...groundOf('operator'), publish: async () => undefined });
  built.pg = await buildPg(groundOf('pg'));
  built.card = await buildCard(groundOf('card'));
  await enrolBoxes(createWireCall(built.operator.receive));
  const coupons: SimCoupon[] = [];
  for (let at = 0; at < couponCount; at += 1) {
    const headcount = dice.between(1, 4);
    await register(createWireCall(built.pg.receive), dice, at, headcount);
    coupons.push({ ...readPhone(messages.pop()), headcount });
  }
  const images = {
    operator: disks.operator.connection.serialize(),
    pg: disks.pg.connection.serialize(),
    card: disks.card.connection.serialize(),
  };
  return { atMs: issuedAtMs, images, coupons };
}

async function enrolBoxes(operator: HttpCall): Promise<void> {
  for (const { deviceId, merchant, signer } of [...boxes, hostileBox]) {
    const { kty, crv, x, kid } = exportSigner(signer);
    const body = { deviceId, merchantId: merchant.merchantId, publicKey: { kty, crv, x, kid } };
    const { status } = await operator({ method: 'POST', path: '/v1/devices', body });
    if (status !== 200) throw new Error(`${deviceId} is not enrolled: ${status}`);
  }
}

/** S01. Most coupons are good at several shops, so that shops meet over them; every shop's box meets strangers too. */
async function register(pg: HttpCall, dice: Dice, at: number, headcount: number): Promise<void> {
  const today = businessDateAt(issuedAtMs);
  const shops = merchants.map((_merchant, shop) => shop).filter((shop) => shop === 7 || dice.chance(0.85));
  const kind = at % 7 === 6 ? 'short' : 'many';
  const offerIds = shops.map((shop) => `o-${kind}-${shop}`);
  if (kind === 'many' && dice.chance(0.5)) offerIds.push(`o-few-${dice.pick(shops)}`);
  const known = new Set<string>(offers.map((offer) => offer.offerId));
  const items = offerIds
    .filter((offerId) => known.has(offerId))
    .slice(0, 10)
    .map((offerId) => ({ offerId, visitFrom: today, visitTo: addBusinessDays(today, 2), headcount }));
  const body = {
    registrationId: createIdMaker({ nowMs: () => issuedAtMs }, dice.bytes).registrationId(),
    name: `손님${at}`,
    address: '강원도 속초시',
    mobile: `0101234${String(5000 + at)}`,
    card: { number: at % 5 === 4 ? dice.pick(cardNumbers) : dice.pick(cardNumbers.slice(0, 3)), expiry: '12/30' },
    items,
    agreed: true,
  };
  const { status, body: reply } = await pg({ method: 'POST', path: '/v1/registrations', body });
  if (status !== 200 || (reply as { state?: string }).state !== 'sent') {
    throw new Error(`coupon ${at} is not issued: ${status} ${JSON.stringify(reply)}`);
  }
}

/** The phone holds the auth number in words and the barcode in the link's fragment. */
function readPhone(message: MmsMessage | undefined): { barcode: string; authNumber: AuthNumber } {
  const authNumber = /인증번호: ([0-9 -]+)/u.exec(message?.text ?? '')?.[1]?.replace(/[^0-9]/g, '');
  const fragment = /#(\S+)/u.exec(message?.text ?? '')?.[1];
  if (authNumber === undefined || fragment === undefined) throw new Error('the MMS holds no coupon');
  return { barcode: decodeURIComponent(fragment), authNumber: authNumber as AuthNumber };
}
