import { createPublicKey, type KeyObject } from 'node:crypto';
import { contractOf } from '@scanpay/cloud/core/contract/testing/contracts.ts';
import type { LinkKeys } from '@scanpay/cloud/drivers/links/peer-link.ts';
import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { OperatorKeys } from '@scanpay/cloud/roles/operator/operator-context.ts';
import type { PgKeys } from '@scanpay/cloud/roles/pg/pg-context.ts';
import type { Merchant } from '@scanpay/device/core/receipts/make-receipt.ts';
import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import type { Offer } from '@scanpay/shared/api/pg.ts';
import {
  createKeyring,
  makeOperatorSigningKey,
  makePgBoxPrivateKey,
  makeRegistrationBoxKey,
  operatorVerifyKeyOf,
  pgBoxPublicKeyOf,
} from '@scanpay/shared/auth-barcode/keys.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId, OfferId } from '@scanpay/shared/ids.ts';
import { basisPoints, won } from '@scanpay/shared/money.ts';
import type { OfflineLimits } from '@scanpay/shared/redemption/merchant-terms.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import { createDice } from '../engine/dice.ts';

/** Who is in every world: the same companies, shops, boxes and keys, whatever the seed. */
const dice = createDice('cast');

export const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };

/** So tight that a busy box comes to each of them within one outage. */
export const offlineLimits: OfflineLimits = {
  maxCount: 4,
  maxTotalWon: won(300_000),
  maxPerCoupon: 40,
  syncWithinMs: 7 * 86_400_000,
};

function makeSigner(kid: string): JwsSigner {
  const { privateKey } = makeOperatorSigningKey(0, dice.bytes);
  return { kid, privateKey };
}

const signing = makeOperatorSigningKey(1, dice.bytes);
const registrationBox = makeRegistrationBoxKey(2, dice.bytes);
const cardBoxKey = makePgBoxPrivateKey(3, dice.bytes);

export const couponKeys = createKeyring([operatorVerifyKeyOf(signing)]);
export const operatorKeys: OperatorKeys = {
  signing,
  verify: couponKeys,
  registrationBox,
  registrationBoxes: createKeyring([registrationBox]),
  message: makeSigner('operator-1'),
  receipts: [],
};
export const pgKeys: PgKeys = {
  signer: makeSigner('pg-1'),
  cardBoxKey: pgBoxPublicKeyOf(cardBoxKey),
  cardBoxKeys: createKeyring([cardBoxKey]),
  fingerprintKey: dice.bytes(32),
};
export const cardSigner = makeSigner('card-1');
export const cardTokenKey = dice.bytes(32);
/** Signs coupons as nobody should. */
export const forgerKey = makeOperatorSigningKey(1, dice.bytes);

export const publicKeysOf = (signer: JwsSigner): ReadonlyMap<string, KeyObject> =>
  new Map([[signer.kid, createPublicKey(signer.privateKey)]]);

const linkSigners = { operator: makeSigner('operator-link'), pg: makeSigner('pg-link'), card: makeSigner('card-link') };
const linkPeers = { operator: ['pg'], pg: ['operator', 'card'], card: ['pg'] } as const;

/** A company's own key for its calls, and those of the companies it speaks with. */
export const linkKeysOf = (self: Company): LinkKeys => ({
  signer: linkSigners[self],
  peers: new Map(
    linkPeers[self].map((company) => {
      const { kid, privateKey } = linkSigners[company];
      return [kid, { company, key: createPublicKey(privateKey) }];
    }),
  ),
});

export interface CastBox {
  deviceId: DeviceId;
  merchant: Merchant;
  signer: JwsSigner;
  /** False: somebody presses the button. */
  standingApproval: boolean;
}

const shopNames = [
  '속초 밥상',
  '설악 스테이',
  '강릉 커피',
  '동해 유람',
  '강원 렌터카',
  '양양 서핑',
  '춘천 닭갈비',
  '정선 시장',
];
/** The last shop has three boxes, the others one each. */
export const merchants: readonly Merchant[] = shopNames.map((name, at) => ({
  merchantId: `m-shop-${at}` as MerchantId,
  name,
  businessNumber: `123-45-6789${at}`,
}));

/** Money moves at once: what a world holds to be settled is settled when it comes to rest. */
const settlementCycle = { kind: 'same-day' } as const;
/**
 * The contracts with all shops, as every company has them on record. A second version begins at midnight of the first
 * day, or with whatever is sold after that day was closed early: its fees are others, with minimum and cap.
 */
export const contracts: readonly ContractVersion[] = merchants.flatMap(({ merchantId }, at) => [
  contractOf(merchantId, rates, { settlementCycle }),
  // One offer is paid on the next banking day, by statements of its own.
  contractOf(merchantId, rates, { version: 3, offerId: `o-few-${at}` as OfferId }),
  contractOf(merchantId, rates, {
    settlementCycle,
    version: 2,
    validFrom: '2026-11-24' as BusinessDate,
    cardFee: { bps: 150, minWon: won(300), capWon: won(900) },
    pgFee: { bps: 90, minWon: won(100), capWon: null },
    operatorFee: { bps: 300, minWon: won(0), capWon: won(1_500) },
  }),
]);

export const boxes: readonly CastBox[] = merchants.flatMap((merchant, at) => {
  const count = at === merchants.length - 1 ? 3 : 1;
  return Array.from({ length: count }, (_none, index) => ({
    deviceId: `box-${at}-${index}` as DeviceId,
    merchant,
    signer: makeSigner(`box-${at}-${index}`),
    standingApproval: count === 1,
  }));
});

/** Enrolled beside the boxes of the last shop; a thief has it. */
export const hostileBox: CastBox = {
  deviceId: 'box-thief' as DeviceId,
  merchant: merchants.at(-1) as Merchant,
  signer: makeSigner('box-thief'),
  standingApproval: true,
};

/** Three offers a shop: one for the many, one that is soon used up, one that runs out while the day goes on. */
export const offers: readonly Offer[] = merchants.flatMap(({ merchantId, name: merchantName }, at) => {
  const shop = { category: 'restaurant', merchantId, merchantName } as const;
  const offerOf = (kind: string) => `o-${kind}-${at}` as OfferId;
  const title = { ko: `할인 ${at}`, en: `Discount ${at}` };
  return [
    { ...shop, offerId: offerOf('many'), title, discount: { kind: 'percent', bps: 1_000 }, uses: 99, validForMs: null },
    {
      ...shop,
      offerId: offerOf('few'),
      title,
      discount: { kind: 'amount-per-person', amountWon: won(1_500) },
      uses: 2,
      validForMs: null,
    },
    {
      ...shop,
      offerId: offerOf('short'),
      title,
      discount: { kind: 'percent', bps: 2_500 },
      uses: 99,
      validForMs: 45 * 60_000,
    },
  ] satisfies Offer[];
});
