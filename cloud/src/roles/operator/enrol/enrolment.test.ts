import { X509Certificate } from 'node:crypto';
import { errorTable } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { callEnrolment, makeEnrollingBox, makeTlsKey, showText } from '../testing/enrolling-box.ts';
import { createIdentityWorld, type IdentityWorld, otherShop, shop } from '../testing/identity-world.ts';

let world: IdentityWorld;
beforeEach(async () => {
  world = await createIdentityWorld();
});
afterEach(() => world.stop());

const enrolments = '/v1/enrolments';
const hourMs = 3_600_000;
const box = 'box-a' as DeviceId;

/** The words of a refusal come with its code, in both languages. */
const refusal = (code: keyof typeof errorTable) => {
  const { http, en, ko } = errorTable[code];
  return { status: http, body: { code, message: { en, ko } } };
};

describe('POST /v1/enrolments', () => {
  it('turns a claim and keys into certificate and configuration', async () => {
    const { text } = await world.claim();
    const made = await makeEnrollingBox();
    const nowMs = world.scheduler.nowMs();
    const { status, body } = await world.call(enrolments, await made.bodyFor(showText(text)));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      deviceId: box,
      caCertificates: [world.service.ca],
      configuration: {
        merchant: { merchantId: shop, name: '속초 밥상', businessNumber: '123-45-67890' },
        operator: { messageKeys: [{ kid: 'operator-1' }], couponKeys: [{}] },
        brokerUrl: `mqtts://127.0.0.1:${world.address.port}`,
      },
    });
    const expiresAtMs = Math.floor((nowMs + 30 * 24 * hourMs) / 1_000) * 1_000;
    expect(body).toMatchObject({ expiresAtMs, renewAfterMs: expiresAtMs - 10 * 24 * hourMs });
    expect(new X509Certificate(String(body.certificate)).subject).toBe('CN=box-a');
    expect(await world.store.findDevice(box)).toMatchObject({
      merchantId: shop,
      keys: [{ kid: 'k-1', retiredAtMs: null }],
    });
  });

  it('takes the short code as it is typed', async () => {
    const { code } = await world.claim();
    const typed = code.toLowerCase().replace('-', ' ');
    const made = await makeEnrollingBox();
    expect(await world.call(enrolments, await made.bodyFor({ code: typed }))).toMatchObject({ status: 200 });
  });

  it('answers the same request again alike, for the first answer may be lost', async () => {
    const { text } = await world.claim();
    const made = await makeEnrollingBox();
    const body = await made.bodyFor(showText(text));
    const first = await world.call(enrolments, body);
    expect(await world.call(enrolments, body)).toEqual(first);
    expect(await world.store.listCertificates(box)).toHaveLength(1);
  });

  it('refuses a claim that was used by another, whichever way it is shown', async () => {
    const { text, code } = await world.claim();
    const [owner, thief] = [await makeEnrollingBox(), await makeEnrollingBox()];
    expect(await world.call(enrolments, await owner.bodyFor(showText(text)))).toMatchObject({ status: 200 });
    const used = refusal('claim_used');
    expect(await world.call(enrolments, await thief.bodyFor(showText(text)))).toMatchObject(used);
    expect(await world.call(enrolments, await thief.bodyFor({ code }))).toMatchObject(used);
    // The owner's TLS key with the thief's signing key is not the owner.
    const mixed = await thief.bodyFor(showText(text), owner.csr);
    expect(await world.call(enrolments, mixed)).toMatchObject(used);
    expect(await world.store.listCertificates(box)).toHaveLength(1);
  });

  it('refuses a claim that has expired, and one that a newer one replaced', async () => {
    const made = await makeEnrollingBox();
    const old = await world.claim();
    const newer = await world.claim();
    const expired = refusal('claim_expired');
    expect(await world.call(enrolments, await made.bodyFor(showText(old.text)))).toMatchObject(expired);
    world.scheduler.advance(hourMs);
    expect(await world.call(enrolments, await made.bodyFor(showText(newer.text)))).toMatchObject(expired);
    expect(await world.call(enrolments, await made.bodyFor({ code: newer.code }))).toMatchObject(expired);
    expect(await world.store.findDevice(box)).toBeUndefined();
  });

  it('refuses a claim of another operator, and another operator is not believed', async () => {
    const other = await createIdentityWorld();
    onTestFinished(() => other.stop());
    const { text } = await other.claim();
    const made = await makeEnrollingBox();
    const body = await made.bodyFor(showText(text));
    expect(await world.call(enrolments, body)).toMatchObject(refusal('claim_foreign'));
    await expect(callEnrolment(world.url, enrolments, { body, ca: other.service.ca })).rejects.toThrow(/certificate/);
  });

  it.each([
    ['a request that is none', { csr: 'x' }, 'certificate_request_invalid'],
    ['a code that is none', { claim: { code: 'UUUU-UUUU' } }, 'claim_unreadable'],
    ['a code nobody was given', { claim: { code: '0000-0000' } }, 'claim_unknown'],
    ['a proof for another request', { proof: 'a.b.c' }, 'signature_invalid'],
    [
      'a key that is none',
      { signingKey: { kty: 'OKP', crv: 'Ed25519', x: '_'.repeat(43), kid: 'k-1' } },
      'signature_invalid',
    ],
  ] as const)('refuses %s', async (_what, differing, code) => {
    const { text } = await world.claim();
    const made = await makeEnrollingBox();
    const body = { ...(await made.bodyFor(showText(text))), ...differing };
    expect(await world.call(enrolments, body)).toMatchObject(refusal(code));
    // Nothing of that used the claim up.
    expect(await world.call(enrolments, await made.bodyFor(showText(text)))).toMatchObject({ status: 200 });
  });

  it("refuses another box's signing key without its proof", async () => {
    const victim = await world.enrol('box-victim');
    const { text } = await world.claim();
    const made = await makeEnrollingBox();
    const { signingKey } = (await victim.bodyFor(showText(text))) as { signingKey: object };
    const body = { ...(await made.bodyFor(showText(text))), signingKey };
    expect(await world.call(enrolments, body)).toMatchObject(refusal('signature_invalid'));
  });

  it('moves the place to the box that claims it next, and to another merchant', async () => {
    const first = await world.enrol();
    const { text } = await world.claim(box, otherShop);
    const next = await makeEnrollingBox('k-2');
    expect(await world.call(enrolments, await next.bodyFor(showText(text)))).toMatchObject({
      status: 200,
      body: { configuration: { merchant: { merchantId: otherShop } } },
    });
    const { csr } = await makeTlsKey();
    expect(await world.call('/v1/renewals', { csr }, first)).toMatchObject(refusal('certificate_revoked'));
  });

  it('lets nobody guess a short code: ten tries at once of all, one more in six seconds', async () => {
    const { code } = await world.claim();
    const made = await makeEnrollingBox();
    const guesses = Array.from({ length: 40 }, (_, index) => `0000-${String(index).padStart(4, '0')}`);
    const answers = await Promise.all(
      guesses.map(async (guess) => (await world.call(enrolments, await made.bodyFor({ code: guess }))).body.code),
    );
    expect(answers.filter((each) => each === 'claim_unknown')).toHaveLength(10);
    expect(answers.filter((each) => each === 'rate_limited')).toHaveLength(30);
    // The right one is no exception, or it would be told from the wrong ones.
    expect(await world.call(enrolments, await made.bodyFor({ code }))).toMatchObject(refusal('rate_limited'));
    // 40 requests of one address are its budget's larger part; the QR code is not held up by guesses.
    world.scheduler.advance(6_000);
    expect(await world.call(enrolments, await made.bodyFor({ code: '0000-9999' }))).toMatchObject(
      refusal('claim_unknown'),
    );
    expect(await world.call(enrolments, await made.bodyFor({ code }))).toMatchObject(refusal('rate_limited'));
    const { text } = await world.claim('box-b');
    expect(await world.call(enrolments, await made.bodyFor(showText(text)))).toMatchObject({ status: 200 });
  });

  it('takes sixty requests of one address at once, and one a second', async () => {
    const made = await makeEnrollingBox();
    const { text } = await world.claim();
    const body = { ...(await made.bodyFor(showText(text))), csr: 'x' };
    const codes = await Promise.all(
      Array.from({ length: 70 }, async () => (await world.call(enrolments, body)).body.code),
    );
    expect(codes.filter((each) => each === 'certificate_request_invalid')).toHaveLength(60);
    expect(codes.filter((each) => each === 'rate_limited')).toHaveLength(10);
  });
});

describe('POST /v1/renewals', () => {
  const renewals = '/v1/renewals';

  it('gives the next certificate to who shows one; its first use ends the one before', async () => {
    const enrolled = await world.enrol();
    const next = await makeTlsKey();
    const reply = await world.call(renewals, { csr: next.csr }, enrolled);
    expect(reply).toMatchObject({
      status: 200,
      body: { deviceId: box, configuration: { merchant: { merchantId: shop } } },
    });
    // The reply might have been lost: the old one is still good.
    const again = await makeTlsKey();
    const second = await world.call(renewals, { csr: again.csr }, enrolled);
    expect(second.status).toBe(200);
    const shown = { key: again.key, cert: String(second.body.certificate) };
    const client = await world.connect(box, shown);
    onTestFinished(() => client.end());
    for (const old of [enrolled, { key: next.key, cert: String(reply.body.certificate) }]) {
      expect(await world.call(renewals, { csr: next.csr }, old)).toMatchObject(refusal('certificate_revoked'));
      await expect(world.connect(box, old)).rejects.toThrow(/not authorized/i);
    }
  });

  it('refuses no certificate, another operator’s, the operator’s own, and an expired one', async () => {
    const { csr } = await makeTlsKey();
    const enrolled = await world.enrol();
    expect(await world.call(renewals, { csr })).toMatchObject(refusal('certificate_invalid'));
    const other = await createIdentityWorld();
    onTestFinished(() => other.stop());
    expect(await world.call(renewals, { csr }, await other.enrol())).toMatchObject(refusal('certificate_invalid'));
    const link = world.service.link;
    expect(await world.call(renewals, { csr }, link)).toMatchObject(refusal('certificate_invalid'));
    world.scheduler.advance(31 * 24 * hourMs);
    expect(await world.call(renewals, { csr }, enrolled)).toMatchObject(refusal('certificate_expired'));
  });

  it('refuses a certificate that TLS itself finds expired', async () => {
    const made = await makeEnrollingBox();
    const { authority } = world.context;
    const request = await authority.readRequest(made.csr);
    if (!request.ok) throw new Error(request.detail);
    const past = Date.now() - 2 * hourMs;
    const { pem: cert } = await authority.certifyBox(request.value, box, {
      notBeforeMs: past - hourMs,
      notAfterMs: past,
    });
    const shown = { key: made.key, cert };
    expect(await world.call(renewals, { csr: made.csr }, shown)).toMatchObject(refusal('certificate_expired'));
    await expect(world.connect(box, shown)).rejects.toThrow();
  });
});
