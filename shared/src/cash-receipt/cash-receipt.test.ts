import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyring, makePgBoxPrivateKey } from '../auth-barcode/keys.ts';
import type { DeviceId } from '../ids.ts';
import { isBusinessNumber, maskReceiptIdentity, parseReceiptIdentity, selfIssueIdentity } from './identity.ts';
import { openReceiptIdentity, receiptSealKeyOf, sealReceiptIdentity } from './sealed-identity.ts';

const deviceId = 'box-1' as DeviceId;
const key = makePgBoxPrivateKey(7, (length) => randomBytes(length));
const keys = createKeyring([key]);

describe('the number for a cash receipt', () => {
  it.each([
    ['income-deduction', '010-1234-5678', 'mobile', '010-****-5678'],
    ['income-deduction', '011 234 5678', 'mobile', '011-****-5678'],
    ['income-deduction', '154412345678901234', 'receipt-card', '1544-****-****-**34'],
    // 국세청's own, and 삼성전자's.
    ['business-expense', '124-81-00998', 'business-number', '124-81-*****'],
    ['business-expense', '2208162517', 'business-number', '220-81-*****'],
  ] as const)('for %s may be %s', (purpose, text, kind, masked) => {
    const identity = parseReceiptIdentity(purpose, text);
    if (!identity.ok) throw new Error(identity.code);
    expect(identity.value).toMatchObject({ kind, digits: text.replace(/[ -]/g, '') });
    expect(maskReceiptIdentity(identity.value)).toBe(masked);
  });

  it.each([
    ['income-deduction', '02-123-4567'],
    ['income-deduction', '010-1234-567'],
    ['income-deduction', '124-81-00998'],
    // A resident number must not be collected.
    ['income-deduction', '900101-1234567'],
    ['business-expense', '124-81-00999'],
    ['business-expense', '010-1234-5678'],
  ] as const)('for %s may not be %s', (purpose, text) => {
    expect(parseReceiptIdentity(purpose, text)).toMatchObject({ ok: false, code: 'cash_receipt_number_invalid' });
  });

  it('has a check digit that tells every single wrong digit of a business number', () => {
    for (let position = 0; position < 10; position++) {
      const right = '1248100998';
      const digit = (Number(right[position]) + 1) % 10;
      expect(isBusinessNumber(right.slice(0, position) + digit + right.slice(position + 1))).toBe(false);
    }
  });

  it('of self-issue is the one the tax service names', () => {
    expect(maskReceiptIdentity(selfIssueIdentity)).toBe('010-****-1234');
  });
});

describe('the sealed number', () => {
  const mobile = fc.integer({ min: 0, max: 99_999_999 }).map((number) => `010${String(number).padStart(8, '0')}`);

  it('opens with the key, beside its box and purpose; all are equally long', () => {
    fc.assert(
      fc.property(mobile, (digits) => {
        const identity = { purpose: 'income-deduction', kind: 'mobile', digits } as const;
        const sealed = sealReceiptIdentity(identity, deviceId, receiptSealKeyOf(key));
        expect(sealed).toHaveLength(92);
        const of = { deviceId, purpose: identity.purpose };
        expect(openReceiptIdentity(sealed, of, keys)).toEqual({ ok: true, value: identity });
      }),
      { numRuns: 50 },
    );
  });

  it('does not open for another box, another purpose, another key, or with a changed byte', () => {
    const identity = { purpose: 'business-expense', kind: 'business-number', digits: '1248100998' } as const;
    const sealed = sealReceiptIdentity(identity, deviceId, receiptSealKeyOf(key));
    const of = { deviceId, purpose: identity.purpose };
    const refused = { ok: false, code: 'cash_receipt_unopenable' };
    expect(openReceiptIdentity(sealed, { ...of, deviceId: 'box-2' as DeviceId }, keys)).toMatchObject(refused);
    expect(openReceiptIdentity(sealed, { ...of, purpose: 'income-deduction' }, keys)).toMatchObject(refused);
    const others = createKeyring([makePgBoxPrivateKey(7, (length) => randomBytes(length))]);
    expect(openReceiptIdentity(sealed, of, others)).toMatchObject(refused);
    expect(
      openReceiptIdentity(sealed, of, createKeyring([makePgBoxPrivateKey(8, () => randomBytes(32))])),
    ).toMatchObject(refused);
    fc.assert(
      fc.property(fc.nat(68), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(sealed, 'base64url');
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(openReceiptIdentity(bytes.toString('base64url'), of, keys)).toMatchObject(refused);
      }),
    );
    expect(openReceiptIdentity('', of, keys)).toMatchObject(refused);
  });
});
