import { randomBytes } from 'node:crypto';
import { addBusinessDays, businessDateAt } from '@scanpay/shared/clock.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';

const ids = createIdMaker(systemScheduler, randomBytes);
/** A number that a card of every network could have, and that must turn up nowhere. */
export const cardNumber = '4111111111111111';

/** An id nobody knows, for each parameter of a path. */
const unknownIds: Record<string, () => string> = {
  couponId: () => ids.couponId(),
  commandId: () => ids.commandId(),
  alarmId: () => ids.alarmId(),
  merchantId: () => 'm-of-nobody',
  statementId: () => ids.statementId(),
  paymentId: () => ids.paymentId(),
  registrationId: () => ids.registrationId(),
  receiptId: () => '4040404',
  businessDate: () => '2020-01-01',
  company: () => 'card',
  deviceId: () => 'box-of-nobody',
  mobile: () => '01099999999',
  number: () => '404',
  kind: () => 'issue',
  id: () => ids.paymentId(),
  group: () => 'group-of-nobody',
  version: () => '99.0.0',
  arch: () => 'arm64',
  rolloutId: () => ids.messageId(),
};

/** The path with unknown ids in place of its parameters, as OpenAPI writes them. */
export const fillPath = (path: string, make: (name: string) => string = (name) => unknownIds[name]?.() ?? ''): string =>
  path.replace(/\{(\w+)\}/gu, (_, name: string) => make(name));

const split = { chargedWon: 100, cardFeeWon: 2, pgFeeWon: 1, operatorFeeWon: 3, merchantShareWon: 94 };
const expired = { businessDate: '2020-01-01', expiresAtMs: 1 };
const reversal = () => ({ paymentId: ids.paymentId(), businessDate: '2020-01-01' });
const cancellation = () => ({ ...reversal(), cancelId: ids.cancelId(), amountWon: 100 });
const close = () => ({ businessDate: '2020-01-01' });
const statement = () => ({ statementJws: 'eyJhbGciOiJFZERTQSJ9.e30.AAAA' });
const advice = () => ({ adviceJws: 'eyJhbGciOiJFZERTQSJ9.e30.AAAA' });

const lineAct = () => ({ actJws: 'eyJhbGciOiJFZERTQSJ9.e30.AAAA' });
const settleLine = () => ({ line: { kind: 'sale', paymentId: ids.paymentId(), cancelId: null }, note: '' });

const fee = { bps: 100, minWon: 0, capWon: null };
const contract = () => ({
  offerId: null,
  tender: null,
  validFrom: '2020-01-01',
  validTo: null,
  replaces: null,
  cardFee: fee,
  pgFee: fee,
  operatorFee: fee,
  discount: null,
  settlementCycle: { kind: 'daily', bankingDays: 1 },
  taxation: 'taxable',
  vatType: 'general',
});

const rollout = () => ({
  version: '99.0.0',
  groups: ['pilot'],
  percent: 5,
  atOnce: 10,
  maxFailedPercent: 20,
  maxFailures: 3,
});

const registration = () => ({
  registrationId: ids.registrationId(),
  name: '김나쁜',
  mobile: '01090000001',
  address: '강원특별자치도 속초시 중앙로 1',
  card: { number: '4000 0000 0000 0002', expiry: '12/30' },
  items: [{ offerId: 'o-nobody-sells', visitFrom: '2099-01-01', visitTo: '2099-01-02', headcount: 2 }],
  agreed: true,
});

const schedule = { visitFrom: '2020-01-01', visitTo: '2020-01-02', headcount: 2 };
const scheduleChange = () => ({ changeId: ids.messageId(), offerId: 'o-nobody-sells', ...schedule, reason: '' });
const scheduleOrder = () => ({
  changeId: ids.messageId(),
  couponId: ids.couponId(),
  offerId: 'o-nobody-sells',
  number: 1,
  before: schedule,
  after: schedule,
  requestedAtMs: 1,
  staffName: null,
  reason: '',
});

const preRegistration = () => ({
  couponId: ids.couponId(),
  registrationId: ids.registrationId(),
  name: '김나쁜',
  mobile: '01090000001',
  validFromMs: 1,
  validUntilMs: 2,
  entitlements: [
    {
      offerId: 'o-nobody-sells',
      title: { ko: '공짜', en: 'Free' },
      merchantId: 'm-sokcho-table',
      discount: { kind: 'percent', bps: 10_000 },
      uses: 1,
      visitFrom: '2020-01-01',
      visitTo: '2020-01-01',
      headcount: 1,
    },
  ],
  cardBox: 'A'.repeat(78),
  soldJws: 'eyJhbGciOiJFZERTQSJ9.e30.AAAA',
});

/**
 * A body for each POST route that is right in form, and about nothing that exists: whatever a test changes in it, no
 * money moves. Null: the route takes none.
 */
export const soundBodies: Record<string, Record<string, (() => object) | null>> = {
  pg: {
    '/v1/registrations': registration,
    '/v1/registrations/{registrationId}/schedule-changes': scheduleChange,
    '/v1/coupons/{couponId}/schedule-changes': () => ({ ...scheduleChange(), by: '나쁜이' }),
    '/v1/card-deletions/{couponId}': null,
    '/v1/approvals': () => ({
      paymentId: ids.paymentId(),
      couponId: ids.couponId(),
      registrationId: ids.registrationId(),
      merchantId: 'm-sokcho-table',
      merchantName: '속초 밥상',
      offerId: 'o-nobody-sells',
      tender: 'card',
      split,
      ...expired,
      cardBox: 'AAAA',
    }),
    '/v1/reversals': reversal,
    '/v1/cancellations': cancellation,
    '/v1/settlement/close': close,
    '/v1/settlement/statements/{statementId}/lines/settle': settleLine,
    '/v1/statements/{statementId}/line-acts': lineAct,
    '/v1/statements': statement,
    '/v1/statements/{statementId}/paid': advice,
  },
  operator: {
    '/v1/pre-registrations': preRegistration,
    '/v1/coupons/{couponId}/revoke': null,
    '/v1/schedule-changes': () => ({ order: scheduleOrder(), stayJws: 'eyJhbGciOiJFZERTQSJ9.e30.AAAA' }),
    '/v1/coupons/{couponId}/schedule-changes': () => ({ ...scheduleChange(), by: '나쁜이' }),
    '/v1/devices': () => ({
      deviceId: 'box-of-nobody',
      merchantId: 'm-of-nobody',
      publicKey: { kty: 'OKP', crv: 'Ed25519', x: `${'A'.repeat(42)}A`, kid: 'k-1' },
    }),
    '/v1/devices/{deviceId}/revoke': null,
    '/v1/cash-receipts/{kind}/{id}/retry': null,
    '/v1/devices/{deviceId}/commands': () => ({ order: { kind: 'collect-logs', maxLines: 9 }, requestedBy: '나쁜이' }),
    '/v1/alarms/{alarmId}/acknowledge': () => ({ by: '나쁜이', note: '' }),
    '/v1/alarms/{alarmId}/clear': () => ({ by: '나쁜이', reason: '그냥' }),
    '/v1/devices/{deviceId}/config': () => ({ settings: { limits: { deadlineMs: 8_000 } } }),
    '/v1/devices/{deviceId}/group': () => ({ group: 'group-of-nobody' }),
    '/v1/groups/{group}/config': () => ({ settings: { logLevel: 'warn' } }),
    '/v1/claims': () => ({ deviceId: 'box-of-nobody', merchantId: 'm-of-nobody' }),
    '/v1/hand-overs': () => ({ handOverJws: 'eyJhbGciOiJFZERTQSJ9.e30.AAAA' }),
    '/v1/merchants/{merchantId}/contracts': contract,
    '/v1/releases': () => ({ manifestJws: 'eyJhbGciOiJFZERTQSJ9.e30.AAAA' }),
    '/v1/releases/{version}/{arch}/removal': null,
    '/v1/rollouts': rollout,
    '/v1/rollouts/{rolloutId}/pause': null,
    '/v1/rollouts/{rolloutId}/resume': null,
    '/v1/rollouts/{rolloutId}/abort': null,
    '/v1/rollouts/{rolloutId}/percent': () => ({ percent: 100 }),
    '/v1/settlement/close': close,
    '/v1/settlement/statements/{statementId}/lines/settle': settleLine,
    '/v1/statements/{statementId}/line-acts': lineAct,
    '/v1/statements': statement,
    '/v1/statements/{statementId}/paid': advice,
  },
  card: {
    '/v1/authorisations': () => ({
      paymentId: ids.paymentId(),
      cardNumber,
      expiry: '12/30',
      amountWon: 100,
      merchantId: 'm-sokcho-table',
      merchantName: '속초 밥상',
      noticeMobile: '01090000001',
      ...expired,
    }),
    '/v1/reversals': reversal,
    '/v1/cancellations': cancellation,
    '/v1/settlement/close': close,
    '/v1/settlement/statements/{statementId}/lines/settle': settleLine,
    '/v1/statements/{statementId}/line-acts': lineAct,
  },
  sandbox: {
    '/v1/settlement-days/close': close,
    '/v1/companies/{company}/statements/{statementId}/settle-line': settleLine,
  },
  counter: {
    '/api/sale': () => ({ tender: 'card', listAmountWon: 1_000, headcount: 1, visitDate: '2020-01-01' }),
    '/api/abandon': null,
    '/api/refund': null,
    '/api/auth-number': () => ({ authNumber: '0000 0000 0000' }),
    '/api/recheck': () => ({ paymentId: ids.paymentId(), confirmed: { headcount: 2 } }),
    '/api/cancel': () => ({ paymentId: ids.paymentId() }),
    '/api/statements/{statementId}/answer': () => ({ answer: 'approved' }),
    '/api/statements/{statementId}/accept-line': () => ({ line: settleLine().line }),
    '/api/receipts/{receiptId}/reprint': null,
    '/api/camera/look': null,
    '/api/hand-over': () => ({ technician: '나쁜 기사', checks: [{ check: 'disk', part: '', outcome: 'ok' }] }),
  },
};

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const wrongValues: readonly Json[] = [
  null,
  true,
  -1,
  1e300,
  0.5,
  '',
  'x',
  "'; DROP TABLE ledger_entries; --",
  '<img src=x onerror=alert(1)>',
  '\u0000\uffff\ud800',
  cardNumber,
  'x'.repeat(5_000),
  [],
  [[]],
  {},
  { $ne: null },
];

/** The body with one of its values, at any depth, taken out or replaced; also with a member too many. */
export function* spoil(body: object): Generator<Json> {
  const whole = body as Record<string, Json>;
  yield { ...whole, admin: true };
  yield { ...whole, [cardNumber]: 1 };
  for (const [name, value] of Object.entries(whole)) {
    const { [name]: _, ...without } = whole;
    yield without;
    for (const wrong of wrongValues) yield { ...whole, [name]: wrong };
    const inner = Array.isArray(value) ? value[0] : value;
    if (typeof inner !== 'object' || inner === null) continue;
    for (const spoilt of spoil(inner)) yield { ...whole, [name]: Array.isArray(value) ? [spoilt] : spoilt };
  }
}

/** A registration with a card number in each of its texts in turn, written in several ways, otherwise to be taken. */
export function* withCardNumber(): Generator<object> {
  const body = registration();
  const today = businessDateAt(Date.now());
  const items = [{ offerId: 'o-breakfast', visitFrom: today, visitTo: addBusinessDays(today, 1), headcount: 2 }];
  for (const written of [cardNumber, '4111 1111 1111 1111', '4111-1111-1111-1111', `카드 ${cardNumber} 입니다`]) {
    for (const field of ['registrationId', 'name', 'address', 'mobile'] as const) {
      yield { ...body, registrationId: ids.registrationId(), items, [field]: written };
    }
    yield { ...body, items, card: { ...body.card, expiry: written } };
    yield { ...body, items: [{ ...items[0], offerId: written }] };
    yield { ...body, items: [{ ...items[0], visitFrom: written }] };
    yield { ...body, items, [written]: true };
  }
}
