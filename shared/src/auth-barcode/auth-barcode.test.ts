import { decode } from 'cborg';
import fc from 'fast-check';
import QRCode from 'qrcode';
import { describe, expect, it } from 'vitest';
import { maxBarcodeBytes, readAuthBarcode, sealAuthBarcode } from './auth-barcode.ts';
import { openCardBox, sealCardBox } from './card-box.ts';
import type { CardNumber } from './card-number.ts';
import { capName, openRegistrationBox } from './registration-box.ts';
import * as fixtures from './testing/fixtures.ts';

const { bytes, card, couponId, expiresAtMs, input, issuerKeys, notBeforeMs, text, toBytes, verifyKeys } = fixtures;
const { pgPublicKey, registration } = fixtures;

describe('auth barcode', () => {
  it('gives everyone the clear claims, the operator the registration, the PG the card', () => {
    const read = readAuthBarcode(text, verifyKeys);
    expect(read).toMatchObject({ ok: true, value: { issuerKid: 3, couponId, notBeforeMs, expiresAtMs } });
    if (!read.ok) return;
    const { cardBox, registrationBox } = read.value;
    const opened = openRegistrationBox(registrationBox, couponId, fixtures.registrationKeys);
    expect(opened).toEqual({ ok: true, value: registration });
    expect(openCardBox(cardBox, couponId, fixtures.pgKeys)).toEqual({ ok: true, value: card });
  });

  it('round-trips any coupon within the budget', () => {
    const seconds = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 2 }), fc.integer({ min: 1, max: 2 ** 32 - 1 }));
    const validity = seconds.filter(([from, to]) => from < to);
    const any = [fixtures.anyCouponId, fixtures.anyRegistration, fixtures.anyCard, validity] as const;
    fc.assert(
      fc.property(...any, (id, person, anyCard, [from, to]) => {
        const cardBox = sealCardBox(anyCard, id, pgPublicKey);
        const times = { notBeforeMs: from * 1000, expiresAtMs: to * 1000 };
        const sealed = sealAuthBarcode({ couponId: id, registration: person, cardBox, ...times }, issuerKeys);
        expect(toBytes(sealed).length).toBeLessThanOrEqual(maxBarcodeBytes);
        const read = readAuthBarcode(sealed, verifyKeys);
        if (!read.ok) expect.unreachable(read.detail);
        else {
          expect(read.value).toMatchObject({ issuerKid: 3, couponId: id, ...times });
          const opened = openRegistrationBox(read.value.registrationBox, id, fixtures.registrationKeys);
          expect(opened).toEqual({ ok: true, value: person });
          expect(openCardBox(read.value.cardBox, id, fixtures.pgKeys)).toEqual({ ok: true, value: anyCard });
        }
      }),
    );
  });

  it('reads a barcode recorded earlier, and makes it again from its card box', () => {
    const recorded =
      'SP1:+WGD*3P609O0IH0HRKDF3SO5KFUDF36H0E7ES49TK404DGWL9DU*7BEU0SPPX+I467ZWIALOT+AOEUHL5C0CYQR 3LNBPD253CM5+OGLFHIPEOCCEH5.D-DTE TF9M8NHFCQA-0P*PU%UGR0G$RK/UYS1%BUPLJ D4:41CB6+:8MMNF/7XP3ZLJUMKBV1/:L1/S.QLM6EGOT/ZMP78 PM:AJN38J6FVX9-8PT9EJ4EEVV/61%81%L7*01GVNJ3WA13M-46BSE%B*%OH$UVJP/*IP4HSH6+J5Q.4T4O0:4V21C*DA0';
    const read = readAuthBarcode(recorded, verifyKeys);
    if (!read.ok) return expect.unreachable(read.detail);
    expect(openCardBox(read.value.cardBox, couponId, fixtures.pgKeys)).toEqual({ ok: true, value: card });
    expect(sealAuthBarcode({ ...input, cardBox: read.value.cardBox }, issuerKeys)).toBe(recorded);
  });

  it('is what COSE and CWT say, read by a plain CBOR decoder', () => {
    const [header, unprotected, payload, signature] = decode(bytes, { useMaps: true }) as Uint8Array[];
    expect(decode(header ?? bytes, { useMaps: true })).toEqual(
      new Map<number, unknown>([
        [1, -8],
        [4, Uint8Array.of(3)],
        [
          15,
          new Map<number, unknown>([
            [4, expiresAtMs / 1000],
            [5, notBeforeMs / 1000],
            [7, Uint8Array.from(Buffer.from(couponId, 'hex'))],
          ]),
        ],
      ]),
    );
    expect(unprotected).toEqual(new Map());
    expect(payload).toHaveLength(58 + 43);
    expect(signature).toHaveLength(64);
  });

  it('shows neither name, number, mobile nor customer id', () => {
    const found = ['남궁', '41111111', '01012345678', registration.customerId].filter(
      (secret) =>
        text.includes(secret) ||
        Buffer.from(bytes).includes(Buffer.from(secret)) ||
        (/^[0-9a-f]+$/u.test(secret) && Buffer.from(bytes).toString('hex').includes(secret)),
    );
    expect(found).toEqual([]);
  });

  it.each([
    { notBeforeMs: expiresAtMs },
    { notBeforeMs: notBeforeMs + 1 },
    { expiresAtMs: 2 ** 32 * 1000 },
    { notBeforeMs: -1000 },
    { notBeforeMs: Number.NaN },
    { cardBox: input.cardBox.subarray(1) },
    { registration: { ...registration, name: '' } },
  ])('is not made from a bad input: %j', (change) => {
    expect(() => sealAuthBarcode({ ...input, ...change }, issuerKeys)).toThrow('internal');
  });
});

describe('auth barcode: size', () => {
  const worstCard = sealCardBox({ ...card, number: '6304000000000000000' as CardNumber }, couponId, pgPublicKey);
  it.each([
    ['3 syllables, 16 digits', { name: '김민수' }, input.cardBox, 200, 304, 10],
    ['4 syllables, 16 digits', { name: '남궁민수' }, input.cardBox, 203, 309, 10],
    ['4 syllables, 19 digits', { name: '남궁민수' }, worstCard, 203, 309, 10],
    ['5 syllables, 16 digits', { name: '김하늘보라' }, input.cardBox, 206, 313, 11],
    ['13 Latin letters, 16 digits', { name: 'Anna K. Olsen' }, input.cardBox, 204, 310, 10],
    ['20 syllables capped, 19 digits', { name: '한'.repeat(20) }, worstCard, 236, 358, 11],
    ['the same, mobile of 15', { name: '한'.repeat(20), mobile: '821012345678901' }, worstCard, 238, 361, 11],
  ])('%s', (_case, person, cardBox, byteCount, characters, version) => {
    const sealed = sealAuthBarcode({ ...input, registration: { ...registration, ...person }, cardBox }, issuerKeys);
    const qr = QRCode.create(sealed, { errorCorrectionLevel: 'M' });
    expect(qr.segments.map((segment) => segment.mode.id)).toEqual(['Alphanumeric']);
    expect({ bytes: toBytes(sealed).length, characters: sealed.length, version: qr.version }).toEqual({
      bytes: byteCount,
      characters,
      version,
    });
    expect(byteCount).toBeLessThanOrEqual(maxBarcodeBytes);
    expect(readAuthBarcode(sealed, verifyKeys).ok).toBe(true);
  });

  it('keeps the beginning of a name too long for it', () => {
    const person = { ...registration, name: '한글'.repeat(10) };
    const read = readAuthBarcode(sealAuthBarcode({ ...input, registration: person }, issuerKeys), verifyKeys);
    if (!read.ok) return expect.unreachable(read.detail);
    const opened = openRegistrationBox(read.value.registrationBox, couponId, fixtures.registrationKeys);
    expect(opened).toMatchObject({ ok: true, value: { name: capName(person.name) } });
  });
});
