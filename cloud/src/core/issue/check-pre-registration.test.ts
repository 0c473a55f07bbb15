import type { PreRegistrationBody } from '@scanpay/shared/api/operator.ts';
import { sealCardBox } from '@scanpay/shared/auth-barcode/card-box.ts';
import { card, couponId, pgPublicKey } from '@scanpay/shared/auth-barcode/testing/fixtures.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId, OfferId, RegistrationId } from '@scanpay/shared/ids.ts';
import { describe, expect, it } from 'vitest';
import { toBarcodeValidity } from './barcode-validity.ts';
import { checkPreRegistration } from './check-pre-registration.ts';
import { layOutPicture, minModulePx } from './picture-layout.ts';

const nowMs = Date.parse('2026-11-23T12:00:00+09:00');
const offer = {
  offerId: 'o-1' as OfferId,
  title: { ko: '가', en: 'a' },
  merchantId: 'm-1' as MerchantId,
  discount: { kind: 'percent', bps: 1_000 } as const,
  uses: 1,
  visitFrom: '2026-11-23' as BusinessDate,
  visitTo: '2026-11-23' as BusinessDate,
  headcount: 1,
};
const body: PreRegistrationBody = {
  couponId,
  registrationId: '019ab0c0-0000-7000-8000-000000000001' as RegistrationId,
  name: '남궁민수',
  mobile: '01012345678',
  validFromMs: nowMs,
  validUntilMs: nowMs + 3_600_000,
  entitlements: [offer],
  cardBox: Buffer.from(sealCardBox(card, couponId, pgPublicKey)).toString('base64url'),
  soldJws: 'a.b.c',
};
const check = (differing: Partial<PreRegistrationBody>) =>
  checkPreRegistration({ ...body, ...differing }, (merchantId) => merchantId === 'm-1', nowMs);

describe('checkPreRegistration', () => {
  it('takes what can become a coupon', () => {
    expect(check({})).toMatchObject({ ok: true });
  });

  it.each<[string, string, Partial<PreRegistrationBody>]>([
    ['invalid_input', '/name', { name: ' \u3000 ' }],
    ['invalid_input', '/cardBox', { cardBox: body.cardBox.slice(1) }],
    ['invalid_input', '/cardBox', { cardBox: `${body.cardBox.slice(1)}=` }],
    ['invalid_input', '/validUntilMs', { validUntilMs: nowMs + 999 }],
    ['invalid_input', '/validUntilMs', { validFromMs: nowMs + 1, validUntilMs: nowMs + 1_999 }],
    ['invalid_input', '/validUntilMs', { validUntilMs: 2 ** 32 * 1_000 }],
    ['coupon_expired', '', { validFromMs: nowMs - 5_000, validUntilMs: nowMs }],
    ['invalid_input', '/entitlements', { entitlements: [offer, offer] }],
    ['invalid_input', '/entitlements', { entitlements: [{ ...offer, visitTo: '2026-11-22' as BusinessDate }] }],
    ['offer_unknown', 'm-2', { entitlements: [{ ...offer, merchantId: 'm-2' as MerchantId }] }],
  ])('refuses with %s, naming %s', (code, where, differing) => {
    const result = check(differing);
    expect(result).toMatchObject({ ok: false, code });
    expect(result.ok ? '' : result.detail).toContain(where);
  });
});

describe('toBarcodeValidity', () => {
  it('is whole seconds, and never wider than what is registered', () => {
    expect(toBarcodeValidity({ validFromMs: 1_001, validUntilMs: 5_999 })).toEqual({
      notBeforeMs: 2_000,
      expiresAtMs: 5_000,
    });
    expect(toBarcodeValidity({ validFromMs: 1_000, validUntilMs: 5_000 })).toEqual({
      notBeforeMs: 1_000,
      expiresAtMs: 5_000,
    });
  });
});

describe('layOutPicture', () => {
  it('makes the code as large as fits, whatever its size', () => {
    for (let version = 1; version <= 11; version += 1) {
      const modules = 17 + 4 * version;
      const layout = layOutPicture(modules, 330)!;
      const { width, height, modulePx, codeLeft, codeTop, textTop } = layout;
      expect(modulePx).toBeGreaterThanOrEqual(minModulePx);
      expect(width).toBeLessThanOrEqual(1500);
      expect(height).toBeLessThanOrEqual(1440);
      expect(codeLeft).toBeGreaterThanOrEqual(4 * modulePx);
      expect(codeTop).toBeGreaterThanOrEqual(4 * modulePx);
      expect(textTop - codeTop - modules * modulePx).toBeGreaterThanOrEqual(4 * modulePx);
      expect((modules + 8) * (modulePx + 1)).toBeGreaterThan(1080 - 1);
    }
  });

  it('refuses to draw what nobody could scan', () => {
    expect(layOutPicture(57, 1_000)).toBeUndefined();
  });
});
