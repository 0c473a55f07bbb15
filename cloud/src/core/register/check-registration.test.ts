import type { Offer, RegistrationBody } from '@scanpay/shared/api/pg.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId, OfferId, RegistrationId } from '@scanpay/shared/ids.ts';
import { describe, expect, it } from 'vitest';
import { checkRegistration } from './check-registration.ts';

const nowMs = Date.UTC(2026, 10, 23, 3);
const hourMs = 60 * 60 * 1000;
const rules = { maxDaysAhead: 365, graceMs: 6 * hourMs };

const offer = (offerId: string, validForMs: number | null = null): Offer => ({
  offerId: offerId as OfferId,
  category: 'restaurant',
  title: { ko: '밥상', en: 'Table' },
  merchantId: 'm-table' as MerchantId,
  merchantName: '밥상',
  discount: { kind: 'percent', bps: 1_000 },
  uses: 2,
  validForMs,
});
const catalogue = new Map(
  [offer('o-meal'), offer('o-tea'), offer('o-flash', 10_000)].map((each) => [each.offerId, each]),
);

type Item = RegistrationBody['items'][number];
const item = (change: Record<string, unknown> = {}): Item =>
  ({ offerId: 'o-meal', visitFrom: '2026-11-23', visitTo: '2026-11-24', headcount: 2, ...change }) as Item;

const body: RegistrationBody = {
  registrationId: '019ab0c0-0000-7000-8000-000000000001' as RegistrationId,
  name: '홍길동',
  address: '강원도 속초시',
  mobile: '01012345678',
  card: { number: '4111 1111 1111 1111', expiry: '12/30' },
  items: [item()],
  agreed: true,
};

const check = (change: Partial<RegistrationBody> = {}) =>
  checkRegistration({ ...body, ...change }, catalogue, rules, nowMs);

describe('checkRegistration', () => {
  it('takes what a customer enters and makes entitlements of it', () => {
    expect(check({ name: '  홍길동\n' })).toEqual({
      ok: true,
      value: {
        name: '홍길동',
        address: '강원도 속초시',
        mobile: '01012345678',
        card: { number: '4111111111111111', expiry: { year: 2030, month: 12 } },
        entitlements: [
          {
            offerId: 'o-meal',
            title: { ko: '밥상', en: 'Table' },
            merchantId: 'm-table',
            discount: { kind: 'percent', bps: 1_000 },
            uses: 2,
            visitFrom: '2026-11-23',
            visitTo: '2026-11-24',
            headcount: 2,
          },
        ],
        validFromMs: nowMs,
        // Midnight that ends 24 November in Seoul, and six hours.
        validUntilMs: Date.UTC(2026, 10, 24, 15) + 6 * hourMs,
      },
    });
  });

  it('keeps a card number out of the fields that are stored in clear', () => {
    for (const field of ['name', 'address'] as const) {
      const refused = check({ [field]: '카드 4111 1111 1111 1111' });
      expect(refused).toMatchObject({ ok: false, code: 'invalid_input' });
      expect(refused).toHaveProperty('detail', `/${field}: a card number does not belong here`);
    }
  });

  it('composes Korean that a phone sent decomposed', () => {
    expect(check({ name: '홍길동'.normalize('NFD') })).toMatchObject({ value: { name: '홍길동' } });
  });

  it('lets the coupon live until the last visit of all', () => {
    const items = [item({ visitTo: '2026-12-31' }), item({ offerId: 'o-tea', visitTo: '2026-11-25' })];
    expect(check({ items })).toMatchObject({ value: { validUntilMs: Date.UTC(2026, 11, 31, 15) + 6 * hourMs } });
  });

  it('ends it early for an offer that does not last', () => {
    const items = [item(), item({ offerId: 'o-flash' })];
    expect(check({ items })).toMatchObject({ value: { validUntilMs: nowMs + 10_000 } });
  });

  it.each<[string, Partial<RegistrationBody>, string, string]>([
    ['a blank name', { name: ' \t ' }, 'invalid_input', '/name'],
    ['a blank address', { address: '\u0000' }, 'invalid_input', '/address'],
    [
      'a wrong check digit',
      { card: { number: '4111111111111112', expiry: '12/30' } },
      'card_number_invalid',
      '/card/number',
    ],
    [
      'a card of last month',
      { card: { number: '4111111111111111', expiry: '10/26' } },
      'card_expiry_past',
      '/card/expiry',
    ],
    ['an unknown offer', { items: [item({ offerId: 'o-gone' })] }, 'offer_unknown', '/items/0/offerId'],
    ['the same offer twice', { items: [item(), item()] }, 'invalid_input', '/items/1/offerId'],
    ['yesterday', { items: [item({ visitFrom: '2026-11-22' })] }, 'schedule_past', '/items/0/visitFrom'],
    ['an end before the start', { items: [item({ visitTo: '2026-11-22' })] }, 'invalid_input', '/items/0/visitTo'],
    ['no such day', { items: [item({ visitFrom: '2027-02-29' })] }, 'invalid_input', '/items/0/visitFrom'],
    ['no such last day', { items: [item({ visitTo: '2026-11-31' })] }, 'invalid_input', '/items/0/visitTo'],
    ['more than a year ahead', { items: [item({ visitTo: '2027-11-24' })] }, 'invalid_input', '/items/0/visitTo'],
  ])('refuses %s and names the field', (_what, change, code, pointer) => {
    const refused = check(change);
    expect(refused).toMatchObject({ ok: false, code });
    expect(refused.ok ? '' : refused.detail).toContain(pointer);
  });

  it('takes today in Seoul, where it may be tomorrow by UTC', () => {
    const lateMs = Date.UTC(2026, 10, 23, 15);
    const today = { items: [item({ visitFrom: '2026-11-24' as BusinessDate, visitTo: '2026-11-24' })] };
    expect(checkRegistration({ ...body, ...today }, catalogue, rules, lateMs).ok).toBe(true);
    expect(checkRegistration(body, catalogue, rules, lateMs)).toMatchObject({ code: 'schedule_past' });
  });

  it('takes the card in its last month', () => {
    expect(check({ card: { number: '4111111111111111', expiry: '11/26' } }).ok).toBe(true);
  });

  it('repeats no digit of a refused card', () => {
    const refused = check({ card: { number: '4111111111111112', expiry: '12/30' } });
    expect(JSON.stringify(refused)).not.toMatch(/4111|1112/);
  });
});
