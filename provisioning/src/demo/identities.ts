import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  exportOperatorSigningKey,
  exportOperatorVerifyKey,
  exportPgBoxPrivateKey,
  exportPgBoxPublicKey,
  exportRegistrationBoxKey,
} from '@scanpay/shared/auth-barcode/key-jwk.ts';
import {
  makeOperatorSigningKey,
  makePgBoxPrivateKey,
  makeRegistrationBoxKey,
  operatorVerifyKeyOf,
  pgBoxPublicKeyOf,
} from '@scanpay/shared/auth-barcode/keys.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { exportSigner, type SigningJwk, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';

export const demoDeviceId = 'box-demo-1' as DeviceId;

/** The same code again within this is one scan. */
export const repeatWindowMs = 1_000;

const merchants = [
  ['m-sokcho-table', '속초 밥상', '123-45-67890'],
  ['m-seorak-stay', '설악 스테이', '234-56-78901'],
  ['m-gangneung-beans', '강릉 커피상점', '345-67-89012'],
  ['m-donghae-cruise', '동해 유람선', '456-78-90123'],
  ['m-gangwon-rent', '강원 렌터카', '567-89-01234'],
] as const;
const [ours] = merchants;

export const demoMerchant = { merchantId: ours[0] as MerchantId, name: ours[1], businessNumber: ours[2] };

const feeOf = (bps: number) => ({ bps, minWon: 0, capWon: null });
/** In force long before the demo, and without end. */
const validity = { version: 1, validFrom: '2020-01-01', validTo: null };
const everyCase = { offerId: null, tender: null };
/** 2 % to the card company, 1 % to the PG, 3 % to the operator. */
const cardFee = feeOf(200);
const pgFee = feeOf(100);
const contract = {
  ...validity,
  ...everyCase,
  ...{ replaces: null, discount: null, settlementCycle: { kind: 'same-day' } },
  ...{ cardFee, pgFee, operatorFee: feeOf(300) },
};

/** Breakfasts are paid on the next banking day: the day has two statements for the shop. */
const breakfast = {
  ...contract,
  ...{ version: 2, offerId: 'o-breakfast', settlementCycle: { kind: 'daily', bankingDays: 1 } },
};

function makeSigner(kid: string): SigningJwk {
  return exportSigner({ kid, privateKey: generateKeyPairSync('ed25519').privateKey });
}

/** Every key of the demo, made new each time; each company and the box keep their own in their own file. */
export function makeIdentities() {
  const couponKey = makeOperatorSigningKey(1, randomBytes);
  const cardBoxKey = makePgBoxPrivateKey(1, randomBytes);
  return {
    operator: makeSigner('operator-1'),
    pg: makeSigner('pg-1'),
    card: makeSigner('card-1'),
    box: makeSigner(`${demoDeviceId}-1`),
    coupon: exportOperatorSigningKey(couponKey),
    couponPublic: exportOperatorVerifyKey(operatorVerifyKeyOf(couponKey)),
    registration: exportRegistrationBoxKey(makeRegistrationBoxKey(1, randomBytes)),
    cardBox: exportPgBoxPrivateKey(cardBoxKey),
    receipt: exportPgBoxPrivateKey(makePgBoxPrivateKey(1, randomBytes)),
    cardBoxPublic: exportPgBoxPublicKey(pgBoxPublicKeyOf(cardBoxKey)),
    /** On the calls between the companies. */
    links: { operator: makeSigner('operator-link-1'), pg: makeSigner('pg-link-1'), card: makeSigner('card-link-1') },
    boxToken: randomBytes(24).toString('base64url'),
  };
}

export type Identities = ReturnType<typeof makeIdentities>;

/** What anybody may know: enough to check every signature of the day. */
export function publicKeysOf({ operator, pg, card, box, couponPublic, cardBoxPublic }: Identities) {
  return {
    operator: verifyJwkOf(operator),
    pg: verifyJwkOf(pg),
    card: verifyJwkOf(card),
    box: verifyJwkOf(box),
    coupon: couponPublic,
    cardBox: cardBoxPublic,
  };
}

export interface DemoPorts {
  sandbox: number;
  pg: number;
  operator: number;
  card: number;
  broker: number;
  counter: number;
  /** Where boxes enrol; by default a free one. */
  enrolment?: number;
}

/** The cloud's `operator.broker`: inside its process, or the way to one that runs already. */
export type BrokerSection =
  | { kind: 'embedded'; port: number; boxes: 'certificate' }
  | { kind: 'embedded'; port: number; boxes: 'token'; tokens: Record<string, string> }
  | { kind: 'external'; url: string; username: string; password: string };

export function makeCloudConfig(dataDir: string, ports: DemoPorts, keys: Identities, broker: BrokerSection) {
  const secret = (): string => randomBytes(32).toString('base64url');
  const linkKeyOf = (company: 'operator' | 'pg' | 'card') => verifyJwkOf(keys.links[company]);
  return {
    dataDir,
    operator: {
      port: ports.operator,
      broker,
      identity: { port: ports.enrolment ?? 0 },
      messageKey: keys.operator,
      couponKey: keys.coupon,
      registrationKeys: [keys.registration],
      receiptKeys: [keys.receipt],
      merchants: merchants.map(([merchantId, name, businessNumber], nth) => ({
        merchantId,
        name,
        businessNumber,
        bankAccount: { bankCode: '004', accountNumber: `1234560000000${nth + 1}`, holder: name },
        contracts: merchantId === demoMerchant.merchantId ? [contract, breakfast] : [contract],
      })),
      pgKeys: [verifyJwkOf(keys.pg)],
      links: { signingKey: keys.links.operator, peers: { pg: [linkKeyOf('pg')] } },
      // With a port picked at start-up the address is not known yet, and messages carry no link.
      schedulePageBaseUrl: ports.pg === 0 ? null : `http://127.0.0.1:${ports.pg}`,
      couponPageBaseUrl: ports.operator === 0 ? null : `http://127.0.0.1:${ports.operator}`,
    },
    pg: {
      port: ports.pg,
      signingKey: keys.pg,
      cardBoxKeys: [keys.cardBox],
      fingerprintKey: secret(),
      contracts: [{ ...validity, ...everyCase, merchantId: null, cardFee, pgFee }],
      cardKeys: [verifyJwkOf(keys.card)],
      operatorKeys: [verifyJwkOf(keys.operator)],
      links: { signingKey: keys.links.pg, peers: { operator: [linkKeyOf('operator')], card: [linkKeyOf('card')] } },
    },
    card: {
      port: ports.card,
      signingKey: keys.card,
      tokenKey: secret(),
      contracts: [{ ...validity, merchantId: null, cardFee }],
      pgKeys: [verifyJwkOf(keys.pg)],
      links: { signingKey: keys.links.card, peers: { pg: [linkKeyOf('pg')] } },
    },
    sandbox: { port: ports.sandbox },
  };
}

export function makeBoxConfig(
  dataDir: string,
  ports: DemoPorts,
  keys: Identities,
  world: { brokerUrl: string; scannerPath: string; cameraSearchPath: string; printer: { host: string; port: number } },
) {
  return {
    deviceId: demoDeviceId,
    signingKey: keys.box,
    merchant: demoMerchant,
    operator: { messageKeys: [verifyJwkOf(keys.operator)], couponKeys: [keys.couponPublic] },
    broker: { url: world.brokerUrl, password: keys.boxToken },
    dataDir,
    // The scripted clerk is faster than a person: the same coupon may come again soon, for another sale. A camera on a
    // busy machine looks at a picture in half a second: what is in view all the while must not count twice.
    repeatWindowMs,
    logFile: join(dataDir, 'box.log'),
    scanners: [
      { kind: 'serial', path: world.scannerPath, baudRate: 9600 },
      { kind: 'camera', searchPath: world.cameraSearchPath },
    ],
    light: { kind: 'log' },
    printer: { kind: 'tcp', ...world.printer },
    counter: { port: ports.counter },
  };
}

/** Of a box that is enrolled: its place and its keys are in its identity. */
export function toLocalConfig(config: ReturnType<typeof makeBoxConfig>): object {
  const {
    deviceId: _id,
    signingKey: _key,
    merchant: _merchant,
    operator: _operator,
    broker: _broker,
    ...local
  } = config;
  return local;
}

/** Private keys are inside, so only the owner may read the file. */
export function writeConfig(folder: string, name: string, config: unknown): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(config, null, 2), { mode: 0o600 });
  return path;
}
