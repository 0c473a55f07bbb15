import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import {
  type Offer,
  OfferListSchema,
  type RegistrationBody,
  RegistrationBodySchema,
  type RegistrationReply,
  RegistrationReplySchema,
} from '@scanpay/shared/api/pg.ts';
import { type ErrorCode, ScanPayError } from '@scanpay/shared/errors.ts';
import type { CouponId, MerchantId, OfferId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { RegistrationIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import { createRoleApp } from '../../roles/common/role-app.ts';
import { addPages } from '../add-pages.ts';
import { customerPage } from '../pages.ts';

const offer = (
  offerId: string,
  category: Offer['category'],
  merchantName: string,
  title: Offer['title'],
  discount: Offer['discount'],
  validForMs: number | null = null,
): Offer => ({
  offerId: offerId as OfferId,
  category,
  title,
  merchantId: 'm-sokcho-table' as MerchantId,
  merchantName,
  discount,
  uses: 2,
  validForMs,
});
const percent = (bps: number) => ({ kind: 'percent', bps }) as const;
const each = (amount: number) => ({ kind: 'amount-per-person', amountWon: won(amount) }) as const;

const offers: Offer[] = [
  offer(
    'o-seafood-set',
    'restaurant',
    '속초 밥상',
    { ko: '해물 한상 10% 할인', en: '10% off the seafood table' },
    percent(1000),
  ),
  offer(
    'o-breakfast',
    'restaurant',
    '속초 밥상',
    { ko: '아침 정식 1인 2,000원 할인', en: '2,000 won off each breakfast' },
    each(2000),
  ),
  offer(
    'o-ondol-night',
    'lodging',
    '설악 스테이',
    { ko: '온돌방 1박 20% 할인', en: '20% off a night in an ondol room' },
    percent(2000),
  ),
  offer(
    'o-roasted-beans',
    'retail',
    '강릉 커피상점',
    { ko: '원두 전 품목 15% 할인', en: '15% off all roasted beans' },
    percent(1500),
  ),
  offer(
    'o-harbour-cruise',
    'tourism',
    '동해 유람선',
    { ko: '항구 유람 1인 5,000원 할인', en: '5,000 won off each harbour cruise' },
    each(5000),
  ),
  offer(
    'o-compact-car',
    'rental-car',
    '강원 렌터카',
    { ko: '소형차 대여 25% 할인', en: '25% off a compact car' },
    percent(2500),
  ),
  offer(
    'o-ten-seconds',
    'restaurant',
    '속초 밥상',
    { ko: '10초 반짝 할인 30%', en: '30% off for ten seconds' },
    percent(3000),
    10_000,
  ),
];

export interface FakePg {
  app: ReturnType<typeof createRoleApp>;
  /** Every registration that came in, in order. */
  received: RegistrationBody[];
  /** What the next registration is refused with. */
  refuseNext(code: ErrorCode, detail: string): void;
  /** Until told otherwise, registrations wait for an answer. */
  hold(): () => void;
  /** How far registrations come. */
  state: RegistrationReply['state'];
}

/** The customer's side of a PG: schema-true, with nothing behind it. */
export function createFakePg(): FakePg {
  const app = createRoleApp({ title: 'PG', log: { info() {}, warn() {}, error() {} } });
  let refusal: ScanPayError | undefined;
  let gate: Promise<void> | undefined;
  const pg: FakePg = {
    app,
    received: [],
    state: 'sent',
    refuseNext(code, detail) {
      refusal = new ScanPayError(code, detail);
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
  };
  const reply = (registrationId: RegistrationBody['registrationId']): RegistrationReply => ({
    registrationId,
    couponId: '00112233445566aa' as CouponId,
    state: pg.state,
    validUntilMs: Date.UTC(2026, 11, 1, 15),
  });
  const response = { 200: RegistrationReplySchema, '4xx': ErrorBodySchema };
  addPages(app, [customerPage]);
  app.get('/v1/offers', { schema: { response: { 200: OfferListSchema } } }, async () => ({ offers }));
  app.post('/v1/registrations', { schema: { body: RegistrationBodySchema, response } }, async ({ body }) => {
    pg.received.push(body);
    await gate;
    const error = refusal;
    refusal = undefined;
    if (error !== undefined) throw error;
    return reply(body.registrationId);
  });
  app.get(
    '/v1/registrations/:registrationId',
    { schema: { params: strictObject({ registrationId: RegistrationIdSchema }), response } },
    async ({ params }) => reply(params.registrationId),
  );
  return pg;
}
