import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { revokeBox } from '@scanpay/cloud/roles/operator/enrol/box-certificates.ts';
import { createIdentityWorld, type IdentityWorld } from '@scanpay/cloud/roles/operator/testing/identity-world.ts';
import { createHttpsEnrolmentApi } from '@scanpay/device/drivers/identity/https-enrolment-api.ts';
import { createIdentityFolder } from '@scanpay/device/drivers/identity/identity-folder.ts';
import { makeSigningKey, makeTlsKey } from '@scanpay/device/drivers/identity/make-keys.ts';
import { createMqttUplink } from '@scanpay/device/drivers/uplink/mqtt-uplink.ts';
import { createCertificateRenewer } from '@scanpay/device/enrol/certificate-renewer.ts';
import { type EnrolDeps, enrolBox, type GivenClaim } from '@scanpay/device/enrol/enrol-box.ts';
import { readClaimText, writeClaimText } from '@scanpay/shared/enrolment/claim-text.ts';
import { refuse } from '@scanpay/shared/errors.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

const hourMs = 3_600_000;
const minuteMs = 60_000;

let world: IdentityWorld;
let folder: string;
beforeEach(async () => {
  // Short, for TLS goes by the machine's clock: a certificate begins an hour before it is issued, by the test's.
  world = await createIdentityWorld({ certificateValidMs: hourMs });
  folder = mkdtempSync(join(tmpdir(), 'enrolment-'));
});
afterEach(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

const api = createHttpsEnrolmentApi({ scheduler: systemScheduler });
const byText = (text: string): GivenClaim => ({ kind: 'text', text });
const stay = { mayChangeOperator: false };

function makeBox(name = 'box', differing: Partial<EnrolDeps> = {}) {
  const path = join(folder, name);
  const store = createIdentityFolder(path);
  const deps: EnrolDeps = { store, api, makeTlsKey, makeSigningKey, ...differing };
  return { path, store, enrol: (given: GivenClaim, options = stay) => enrolBox(deps, given, options) };
}
const certificatesOf = (deviceId = 'box-a') => world.store.listCertificates(deviceId as never);

describe('a box that is given a claim', () => {
  it('makes its keys itself, keeps them to itself, and gets its place', async () => {
    const sent: string[] = [];
    const box = makeBox('box', {
      api: {
        ...api,
        enrol(server, body) {
          sent.push(JSON.stringify(body));
          return api.enrol(server, body);
        },
      },
    });
    const { text } = await world.claim();
    const enrolled = await box.enrol(byText(text));
    expect(enrolled).toMatchObject({ ok: true, value: { deviceId: 'box-a', enrolmentUrl: world.url } });
    const stored = box.store.read();
    expect(enrolled).toEqual({ ok: true, value: stored });
    expect(sent).toHaveLength(1);
    const privateBody = stored?.tls.key.split('\n')[1] ?? '';
    expect(privateBody.length).toBeGreaterThan(40);
    for (const secret of [stored?.signingKey.d, privateBody, 'PRIVATE KEY']) expect(sent[0]).not.toContain(secret);
    expect(statSync(box.path).mode & 0o777).toBe(0o700);
    expect(readdirSync(box.path)).toEqual(['identity.json']);
    expect(statSync(join(box.path, 'identity.json')).mode & 0o777).toBe(0o600);
  });

  it('asks again with the same keys when the answer was lost', async () => {
    const { text } = await world.claim();
    const unlucky = makeBox('box', {
      api: {
        ...api,
        async enrol(server, body) {
          await api.enrol(server, body);
          return refuse('upstream_unavailable', 'the cable was pulled');
        },
      },
    });
    expect(await unlucky.enrol(byText(text))).toMatchObject({ ok: false, code: 'upstream_unavailable' });
    expect(unlucky.store.read()).toBeUndefined();
    const pendingKey = unlucky.store.readPending()?.tlsKey;
    expect(await makeBox('box').enrol(byText(text))).toMatchObject({ ok: true, value: { tls: { key: pendingKey } } });
    expect(await certificatesOf()).toHaveLength(1);
  });

  it.each(['writePending', 'write', 'clearPending'] as const)(
    'survives a power cut before and after %s',
    async (step) => {
      const { text } = await world.claim();
      for (const when of ['before', 'after'] as const) {
        const store = createIdentityFolder(join(folder, 'box'));
        const cut = {
          ...store,
          [step](...args: never[]) {
            if (when === 'after') (store[step] as (...all: never[]) => void)(...args);
            throw new Error('power cut');
          },
        };
        await expect(makeBox('box', { store: cut }).enrol(byText(text))).rejects.toThrow('power cut');
      }
      expect(await makeBox('box').enrol(byText(text))).toMatchObject({ ok: true });
      expect(await certificatesOf()).toHaveLength(1);
      expect(readdirSync(join(folder, 'box'))).toEqual(['identity.json']);
    },
  );

  it('takes a short code where the operator is known by its CA, and believes nobody else', async () => {
    const { code } = await world.claim();
    const { sha256: caSha256 } = world.context.authority;
    const given = { kind: 'code', code, url: world.url } as const;
    expect(await makeBox().enrol(given)).toMatchObject({ ok: false, code: 'operator_untrusted' });
    expect(await makeBox().enrol({ ...given, caSha256 })).toMatchObject({ ok: true });
  });

  it('is told when the claim was used, is unknown or no claim at all', async () => {
    const { text } = await world.claim();
    expect(await makeBox('owner').enrol(byText(text))).toMatchObject({ ok: true });
    const thief = makeBox('thief');
    expect(await thief.enrol(byText(text))).toMatchObject({ ok: false, code: 'claim_used' });
    expect(thief.store.read()).toBeUndefined();
    expect(await thief.enrol(byText('SP1:ABC'))).toMatchObject({ ok: false, code: 'claim_unreadable' });
    const claim = readClaimText(text);
    if (!claim.ok) throw new Error(claim.detail);
    const guessed = writeClaimText({ ...claim.value, secret: randomBytes(16) });
    expect(await thief.enrol(byText(guessed))).toMatchObject({ ok: false, code: 'claim_unknown' });
  });
});

describe('another operator', () => {
  it('does not get a box by its claim, unless the technician says so', async () => {
    const other = await createIdentityWorld();
    onTestFinished(() => other.stop());
    const box = makeBox();
    await box.enrol(byText((await world.claim()).text));
    const before = box.store.read();
    const { text } = await other.claim('box-theirs');
    expect(await box.enrol(byText(text))).toMatchObject({ ok: false, code: 'claim_foreign' });
    expect(box.store.read()).toEqual(before);
    expect(await box.enrol(byText(text), { mayChangeOperator: true })).toMatchObject({
      ok: true,
      value: { deviceId: 'box-theirs', enrolmentUrl: other.url },
    });
  });

  it('cannot take the place of the one on the claim: the secret is not even sent', async () => {
    const other = await createIdentityWorld();
    onTestFinished(() => other.stop());
    const claim = readClaimText((await world.claim()).text);
    if (!claim.ok) throw new Error(claim.detail);
    let asked = 0;
    const box = makeBox('box', {
      api: {
        ...api,
        enrol(server, body) {
          asked += 1;
          return api.enrol(server, body);
        },
      },
    });
    const led = byText(writeClaimText({ ...claim.value, url: other.url }));
    expect(await box.enrol(led)).toMatchObject({ ok: false, code: 'operator_untrusted' });
    expect(asked).toBe(0);
  });
});

describe('enrolment again', () => {
  it('keeps the signing key, so that what the journal holds stays good; after a revocation it makes another', async () => {
    const box = makeBox();
    await box.enrol(byText((await world.claim()).text));
    const first = box.store.read();
    await box.enrol(byText((await world.claim()).text));
    const second = box.store.read();
    expect(second?.signingKey).toEqual(first?.signingKey);
    expect(second?.tls.key).not.toBe(first?.tls.key);
    await revokeBox(world.context, 'box-a' as never);
    expect(await box.enrol(byText((await world.claim()).text))).toMatchObject({ ok: true });
    const third = box.store.read();
    expect(third?.signingKey.kid).not.toBe(first?.signingKey.kid);
    const device = await world.store.findDevice('box-a' as never);
    const isGood = new Map(device?.keys.map(({ kid, retiredAtMs }) => [kid, retiredAtMs === null]));
    expect(isGood).toEqual(
      new Map([
        [first?.signingKey.kid, false],
        [third?.signingKey.kid, true],
      ]),
    );
  });
});

describe('a folder that is damaged', () => {
  it('is told of, and not taken for a box that was never enrolled', async () => {
    const box = makeBox();
    await box.enrol(byText((await world.claim()).text));
    writeFileSync(join(box.path, 'identity.json'), '{"v":1}');
    expect(() => box.store.read()).toThrow(/identity\.json/);
  });
});

describe('renewal', () => {
  const logs: string[] = [];
  const note = (_fields: object, text: string): void => void logs.push(text);
  const log = { info: note, warn: note, error: note };
  const startRenewer = (box: ReturnType<typeof makeBox>, own = api) => {
    logs.length = 0;
    const { scheduler } = world;
    const renewer = createCertificateRenewer({ store: box.store, api: own, makeTlsKey, scheduler, randomBytes, log });
    renewer.start();
    onTestFinished(() => renewer.stop());
    return renewer;
  };
  const serialOf = (box: ReturnType<typeof makeBox>): string =>
    new X509Certificate(box.store.read()?.tls.certificate ?? '').serialNumber;

  it('comes in the last third, with a new key, and is tried until the operator answers', async () => {
    const box = makeBox();
    await box.enrol(byText((await world.claim()).text));
    const [first, key] = [serialOf(box), box.store.read()?.tls.key];
    let isUp = false;
    startRenewer(box, {
      ...api,
      renew: async (...args) => (isUp ? api.renew(...args) : refuse('upstream_unavailable', 'no route')),
    });
    world.scheduler.advance(0);
    world.scheduler.advance(39 * minuteMs);
    expect(logs).toEqual([]);
    for (let tries = 1; tries <= 3; tries += 1) {
      world.scheduler.advance(tries === 1 ? 4 * minuteMs : 2 * minuteMs);
      await until(() => expect(logs.length).toBeGreaterThanOrEqual(tries));
    }
    expect(new Set(logs)).toEqual(new Set(['the certificate is not renewed yet']));
    isUp = true;
    world.scheduler.advance(2 * minuteMs);
    await until(() => expect(logs.at(-1)).toBe('certificate renewed'));
    expect(serialOf(box)).not.toBe(first);
    expect(box.store.read()?.tls.key).not.toBe(key);
    expect(readdirSync(box.path)).toEqual(['identity.json']);
  });

  it('carries the connection over the end of the old certificate', async () => {
    const box = makeBox();
    const enrolled = await box.enrol(byText((await world.claim()).text));
    if (!enrolled.ok) throw new Error(enrolled.detail);
    const { deviceId, expiresAtMs } = enrolled.value;
    const first = serialOf(box);
    const states: string[] = [];
    const uplink = createMqttUplink({
      deviceId,
      broker: world.address,
      tls: () => {
        const { tls } = box.store.read() ?? {};
        return tls === undefined ? {} : { ca: tls.caCertificates, cert: tls.certificate, key: tls.key };
      },
      createPresence: async () => ({ online: 'on', offline: 'off' }),
      scheduler: systemScheduler,
      randomBytes,
      events: { onMessage: () => undefined, onState: (state) => void states.push(state), onProblem: () => undefined },
    });
    uplink.start();
    onTestFinished(() => uplink.stop());
    await until(() => expect(states).toEqual(['connected']));
    startRenewer(box);
    world.scheduler.advance(0);
    world.scheduler.advance(43 * minuteMs);
    await until(() => expect(logs).toEqual(['certificate renewed']));
    expect(await uplink.publish('payment', 'by the old one')).toBe('acknowledged');
    world.scheduler.advance(expiresAtMs - world.scheduler.nowMs());
    await until(() => expect(states).toEqual(['connected', 'disconnected', 'connected']));
    expect(await uplink.publish('payment', 'by the new one')).toBe('acknowledged');
    expect(await world.store.findCertificate(first)).toMatchObject({ revocation: 'superseded' });
  });

  it('is refused to a revoked box, which says so and asks no more than hourly once it has expired', async () => {
    const box = makeBox();
    await box.enrol(byText((await world.claim()).text));
    await revokeBox(world.context, 'box-a' as never);
    startRenewer(box);
    world.scheduler.advance(0);
    world.scheduler.advance(61 * minuteMs);
    await until(() => expect(logs.at(-1)).toBe('the certificate has expired: enrol the box again'));
    const count = logs.length;
    world.scheduler.advance(59 * minuteMs);
    expect(logs).toHaveLength(count);
  });
});
