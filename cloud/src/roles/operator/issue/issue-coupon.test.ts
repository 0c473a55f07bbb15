import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PreRegistrationBody } from '@scanpay/shared/api/operator.ts';
import { readAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { formatAuthNumber } from '@scanpay/shared/auth-barcode/auth-number.ts';
import { openCardBox } from '@scanpay/shared/auth-barcode/card-box.ts';
import { customerIdOf, openRegistrationBox } from '@scanpay/shared/auth-barcode/registration-box.ts';
import { card, pgKeys, registrationKeys, verifyKeys } from '@scanpay/shared/auth-barcode/testing/fixtures.ts';
import type { AuthNumber } from '@scanpay/shared/ids.ts';
import { verifyJws } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import { createOperatorWorld, type OperatorWorld } from '../testing/operator-world.ts';
import { cardDeletionTyp } from './deletion-record.ts';

const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: false });

let world: OperatorWorld;
beforeEach(async () => {
  world = await createOperatorWorld({ link: 'https://coupon.example' });
});
afterEach(() => world.dispose());

const post = async (body: PreRegistrationBody) => {
  const reply = await world.role.app.inject({ method: 'POST', url: '/v1/pre-registrations', payload: body });
  return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() };
};
const issueState = async (body: PreRegistrationBody) => (await world.store.findIssue(body.couponId))?.state;
const isSent = async (body: PreRegistrationBody) => (await issueState(body)) === 'sent';
/** The barcode as the customer's phone shows it. */
async function readPicture(): Promise<string> {
  const [code] = await readBarcodes(world.mms[0]!.jpeg!, { formats: ['QRCode'] });
  return code?.text ?? '';
}
const readFiles = () => readdirSync(world.folder).map((name) => readFileSync(join(world.folder, name)));
/** Every form in which card box or barcode could lie in a file. */
const secretsOf = (body: PreRegistrationBody, barcode: string) => [
  Buffer.from(body.cardBox),
  Buffer.from(body.cardBox, 'base64url'),
  Buffer.from(barcode),
  Buffer.from(encodeURIComponent(barcode)),
];

describe('a pre-registration', () => {
  it('becomes a coupon on the phone: picture, number, validity, link', async () => {
    const body = await world.body();
    expect(await post(body)).toEqual({ status: 200, body: { couponId: body.couponId, state: 'sent' } });
    const [message] = world.mms;
    const { authNumber } = (await world.store.findIssue(body.couponId))!;
    expect(message).toMatchObject({ toMobile: '01012345678', subject: '[ScanPay] 모바일 쿠폰' });
    expect(message?.text).toContain(`인증번호: ${formatAuthNumber(authNumber!)}`);
    expect(message?.text).toContain('유효기간: 2026-11-23 00:00 ~ 2026-11-25 23:59');
    const barcode = await readPicture();
    const link = new URL(message!.text.split('쿠폰 보기: ')[1]!);
    expect(decodeURIComponent(link.hash.slice(1))).toBe(barcode);

    const clear = readAuthBarcode(barcode, verifyKeys);
    if (!clear.ok) throw new Error(clear.code);
    const { couponId, registrationBox, cardBox, notBeforeMs, expiresAtMs } = clear.value;
    expect({ couponId, notBeforeMs, expiresAtMs }).toEqual({
      couponId: body.couponId,
      notBeforeMs: body.validFromMs,
      expiresAtMs: body.validUntilMs,
    });
    expect(openRegistrationBox(registrationBox, couponId, registrationKeys)).toMatchObject({
      value: { name: body.name, mobile: body.mobile, customerId: customerIdOf(body.registrationId) },
    });
    expect(openCardBox(cardBox, couponId, pgKeys)).toMatchObject({ value: card });
    expect(await world.store.findCoupon({ authNumber: authNumber! })).toMatchObject({ couponId });
  });

  it('leaves neither card box nor barcode in any file, and signed records of both deletions', async () => {
    const body = await world.body();
    await post(body);
    const secrets = secretsOf(body, await readPicture());
    await world.until(() => readFiles().every((bytes) => !secrets.some((secret) => bytes.includes(secret))));
    expect(readFiles().some((bytes) => bytes.includes(body.couponId))).toBe(true);
    const reply = await world.role.app.inject({ url: `/v1/coupons/${body.couponId}/deletions` });
    const { records } = reply.json<{ records: { company: string; subject: string; recordJws: string }[] }>();
    expect(records.map(({ company, subject }) => `${company} ${subject}`).toSorted()).toEqual([
      'operator barcode',
      'operator card',
      'pg card',
    ]);
    for (const { company, subject, recordJws } of records) {
      if (company === 'pg') expect(recordJws).toBe(`pg-deleted.${body.couponId}`);
      else {
        const opened = await verifyJws(recordJws, () => world.operatorKey, cardDeletionTyp);
        const deleted = subject === 'card' ? 'card-box' : 'barcode';
        expect(opened).toMatchObject({ ok: true, value: { payload: { couponId: body.couponId, deleted } } });
      }
    }
    expect(world.pg.deletedCards).toEqual(new Set([body.couponId]));
  });

  it('keeps the card box only until the barcode is made', async () => {
    const body = await world.body();
    world.pg.fates.deleteCard.push('lost-request');
    void post(body);
    await world.until(async () => (await issueState(body)) === 'sealed' && world.pg.countCalls('deleteCard') === 1);
    expect(await world.store.findIssue(body.couponId)).toMatchObject({ cardBox: null });
    await world.until(() => isSent(body), 500);
    expect(world.mms).toHaveLength(1);
  });

  it('repeated is the same; with another body it is a conflict', async () => {
    const body = await world.body();
    const [first, second] = await Promise.all([post(body), post(body)]);
    expect(first).toEqual(second);
    const reordered = Object.fromEntries(Object.entries(body).toReversed()) as PreRegistrationBody;
    expect(await post(reordered)).toMatchObject({ status: 200, body: { state: 'sent' } });
    expect(world.mms).toHaveLength(1);
    expect(await post({ ...body, name: '다른 이름' })).toMatchObject({
      status: 409,
      body: { code: 'registration_conflict' },
    });
    expect(await post({ ...body, cardBox: (await world.body()).cardBox })).toMatchObject({ status: 409 });
  });

  it('is answered with handed-over while the MMS gateway is down, and goes on', async () => {
    world.failing.mms = 4;
    const body = await world.body();
    const answered = post(body);
    await world.until(() => world.failing.mms === 3);
    world.scheduler.advance(4_000);
    expect(await answered).toMatchObject({ status: 200, body: { state: 'handed-over' } });
    await world.until(() => isSent(body), 1_000);
    expect(world.mms).toHaveLength(1);
    expect(await post(body)).toMatchObject({ body: { state: 'sent' } });
  });

  it.each([
    ['invalid_input', 400, { mobile: '021234567' }],
    ['invalid_input', 400, { cardBox: 'AAAA' }],
    ['signature_invalid', 401, { soldJws: 'a.b.c' }],
    // Signed, but with another discount than is handed over.
    ['invalid_input', 400, { entitlements: [{ discount: { kind: 'percent', bps: 9_999 } }] }],
    ['offer_unknown', 400, { entitlements: [{ merchantId: 'm-none' }] }],
    ['coupon_expired', 400, { validUntilMs: Date.parse('2026-11-23T11:00:00+09:00') }],
  ])('that cannot become a coupon is refused with %s', async (code, status, differing) => {
    const body = await world.body();
    const entitlements = [{ ...body.entitlements[0], ...(differing as { entitlements?: object[] }).entitlements?.[0] }];
    expect(await post({ ...body, ...differing, entitlements } as never)).toMatchObject({ status, body: { code } });
    expect(await world.store.findIssue(body.couponId)).toBeUndefined();
  });

  it('never gets an auth number that another coupon has', async () => {
    const { authNumber } = await world.coupon();
    const body = await world.body();
    await world.store.putPreRegistration(body, 'hash', 1);
    expect(await world.store.sealCoupon(body.couponId, 'SP1:', authNumber as AuthNumber, 1)).toBe('auth-number-taken');
    expect(await world.store.findIssue(body.couponId)).toMatchObject({ state: 'stored', cardBox: body.cardBox });
    await world.reboot();
    await world.until(() => isSent(body), 500);
    expect((await world.store.findIssue(body.couponId))?.authNumber).not.toBe(authNumber);
  });
});

describe('a crash while a coupon is issued', () => {
  const steps: (keyof OperatorStore)[] = [
    'putPreRegistration',
    'sealCoupon',
    'recordDeletions',
    'markSent',
    'eraseTraces',
  ];
  const moments = steps.flatMap((step) => [[step, 'before'] as const, [step, 'after'] as const]);

  it.each(moments)('at %s, %s: one MMS, both deletions, nothing left', async (method, when) => {
    await world.until(async () => (await world.store.eraseTraces()) === true);
    const body = await world.body();
    const crashed = world.crash(method, when);
    void post(body);
    await crashed;
    await world.reboot();
    if ((await issueState(body)) === undefined) void post(body);
    await world.until(() => isSent(body), 500);
    expect(world.mms).toHaveLength(1);
    const secrets = secretsOf(body, await readPicture());
    await world.until(() => readFiles().every((bytes) => !secrets.some((secret) => bytes.includes(secret))), 500);
    expect(await world.store.listDeletions(body.couponId)).toHaveLength(3);
  });
});
