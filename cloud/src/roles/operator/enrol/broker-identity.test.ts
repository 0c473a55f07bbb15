import { once } from 'node:events';
import { connect } from 'node:tls';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { subscribeRaw } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { downFilter, downTopic, upTopic } from '@scanpay/shared/wire/topics.ts';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { callEnrolment, makeEnrollingBox, makeTlsKey, showText } from '../testing/enrolling-box.ts';
import { createIdentityWorld, type IdentityWorld } from '../testing/identity-world.ts';
import { revokeBox } from './box-certificates.ts';

let world: IdentityWorld;
beforeEach(async () => {
  world = await createIdentityWorld();
});
afterEach(() => world.stop());

const [boxA, boxB] = ['box-a', 'box-b'] as [DeviceId, DeviceId];
const connectAs = async (...args: Parameters<IdentityWorld['connect']>) => {
  const client = await world.connect(...args);
  client.client.on('error', () => undefined);
  onTestFinished(() => client.end());
  return client;
};

describe('the broker, to a box that is what it says', () => {
  it('gives its own topics, both ways', async () => {
    const client = await connectAs(boxA, await world.enrol(boxA));
    expect(await subscribeRaw(client, [downFilter(boxA)])).toEqual([1]);
    await client.client.publishAsync(upTopic(boxA, 'payment'), 'request', { qos: 1 });
  });
});

describe('the broker, to an attacker', () => {
  it('says no in TLS: no certificate', async () => {
    await expect(world.connect(boxA)).rejects.toThrow();
  });

  it("says no in TLS: another operator's certificate", async () => {
    const other = await createIdentityWorld();
    onTestFinished(() => other.stop());
    await expect(world.connect(boxA, await other.enrol(boxA))).rejects.toThrow();
  });

  it("says no: a certificate of this CA that nobody's record knows", async () => {
    const made = await makeEnrollingBox();
    const { authority, scheduler } = world.context;
    const request = await authority.readRequest(made.csr);
    if (!request.ok) throw new Error(request.detail);
    const validity = { notBeforeMs: scheduler.nowMs() - 60_000, notAfterMs: scheduler.nowMs() + 60_000 };
    const { pem: cert } = await authority.certifyBox(request.value, boxA, validity);
    await world.enrol(boxA);
    await expect(world.connect(boxA, { key: made.key, cert })).rejects.toThrow(/not authorized/i);
  });

  it("says no: the operator's own certificates, of an earlier process and of a server", async () => {
    const link = await world.context.authority.makeLinkIdentity();
    await expect(world.connect('cloud-main-in', link)).rejects.toThrow(/not authorized/i);
    await expect(world.connect('cloud-main-in', world.service.server)).rejects.toThrow();
  });

  it('does not let it pass as another box, or as the cloud', async () => {
    const enrolled = await world.enrol(boxA);
    await world.enrol(boxB);
    for (const name of [boxB, 'cloud-main-in']) {
      await expect(world.connect(name, enrolled)).rejects.toThrow(/identifier rejected/i);
    }
  });

  it('cuts who publishes as another, and delivers nothing of it', async () => {
    const link = await connectAs('cloud-test', world.service.link);
    await subscribeRaw(link, [`scanpay/v1/+/up/payment`]);
    const client = await connectAs(boxA, await world.enrol(boxA));
    await client.client.publishAsync(upTopic(boxA, 'payment'), 'mine', { qos: 1 });
    client.client.publish(upTopic(boxB, 'payment'), 'as another', { qos: 1 });
    await client.closed;
    await until(() => expect(link.received.map(({ text }) => text)).toEqual(['mine']));
    expect(world.notices).toContainEqual(expect.objectContaining({ clientId: boxA, kind: 'refused' }));
  });

  it('gives nobody the messages to another', async () => {
    const link = await connectAs('cloud-test', world.service.link);
    const spy = await connectAs(boxA, await world.enrol(boxA));
    const filters = [downFilter(boxB), downTopic(boxB, 'payment'), 'scanpay/v1/#', '#', upTopic(boxB, 'payment')];
    for (const filter of filters) expect(await subscribeRaw(spy, [filter])).toEqual([128]);
    expect(await subscribeRaw(spy, [downFilter(boxA)])).toEqual([1]);
    await link.client.publishAsync(downTopic(boxB, 'payment'), 'for another', { qos: 1 });
    await link.client.publishAsync(downTopic(boxA, 'payment'), 'for it', { qos: 1 });
    await until(() => expect(spy.received.map(({ text }) => text)).toEqual(['for it']));
  });
});

describe('a revoked box', () => {
  it('is cut off at once, does not get in again, and signs nothing any more', async () => {
    const [victim, enrolled] = [await world.enrol(boxB), await world.enrol(boxA)];
    const [bystander, client] = [await connectAs(boxB, victim), await connectAs(boxA, enrolled)];
    const twin = await connectAs(boxA, enrolled).catch(() => undefined);
    await revokeBox(world.context, boxA);
    await Promise.all([client.closed, twin?.closed]);
    await expect(world.connect(boxA, enrolled)).rejects.toThrow(/not authorized/i);
    const { csr } = await makeTlsKey();
    expect(await world.call('/v1/renewals', { csr }, enrolled)).toMatchObject({
      status: 403,
      body: { code: 'certificate_revoked' },
    });
    const device = await world.store.findDevice(boxA);
    expect(device?.keys.map(({ retiredAtMs }) => retiredAtMs)).toEqual([world.scheduler.nowMs()]);
    await bystander.client.publishAsync(upTopic(boxB, 'payment'), 'still here', { qos: 1 });
  });

  it('is cut off also while it is just being let in', async () => {
    const enrolled = await world.enrol(boxA);
    const { findCertificate } = world.store;
    world.store.findCertificate = async (serial) => {
      const found = await findCertificate(serial);
      await revokeBox(world.context, boxA);
      return found;
    };
    // It was read as good, and revoked before the answer went out.
    const client = await world.connect(boxA, enrolled).catch(() => undefined);
    await client?.closed;
    expect(world.notices).toContainEqual(expect.objectContaining({ detail: 'its certificate was revoked' }));
    await until(() => expect(world.broker.status().connections).toBe(0));
  });

  it('comes back by a new claim, with new keys; its old key stays retired', async () => {
    const enrolled = await world.enrol(boxA);
    await revokeBox(world.context, boxA);
    const { text } = await world.claim(boxA);
    const again = await enrolled.bodyFor(showText(text));
    expect(await world.call('/v1/enrolments', again)).toMatchObject({
      status: 409,
      body: { code: 'signing_key_retired' },
    });
    const fresh = await makeEnrollingBox('k-fresh');
    const { status, body } = await world.call('/v1/enrolments', await fresh.bodyFor(showText(text)));
    expect(status).toBe(200);
    await connectAs(boxA, { key: fresh.key, cert: String(body.certificate) });
  });
});

describe('a box that is enrolled again', () => {
  it('loses its place to the newcomer at once', async () => {
    const first = await connectAs(boxA, await world.enrol(boxA));
    const second = await world.enrol(boxA);
    await first.closed;
    await connectAs(boxA, second);
  });
});

describe('certificates that run out', () => {
  it('end a connection that lasts longer than they do', async () => {
    const enrolled = await world.enrol(boxA);
    const client = await connectAs(boxA, enrolled);
    world.scheduler.advance(enrolled.reply.expiresAtMs - world.scheduler.nowMs() - 1);
    await client.client.publishAsync(upTopic(boxA, 'payment'), 'to the last', { qos: 1 });
    world.scheduler.advance(1);
    await client.closed;
    await expect(world.connect(boxA, enrolled)).rejects.toThrow();
  });

  it('are made anew for broker and enrolment service every day', async () => {
    const enrolled = await world.enrol(boxA);
    const readSerials = async (): Promise<(string | undefined)[]> => {
      const { port } = world.address;
      const ports = [port, Number(new URL(world.url).port)];
      return Promise.all(
        ports.map(async (each) => {
          const socket = connect({ host: '127.0.0.1', port: each, ca: world.service.ca, ...enrolled });
          socket.on('error', () => undefined);
          await once(socket, 'secureConnect');
          const serial = socket.getPeerX509Certificate()?.serialNumber;
          socket.destroy();
          return serial;
        }),
      );
    };
    const first = await readSerials();
    expect(new Set(first).size).toBe(1);
    world.scheduler.advance(86_400_000);
    await until(async () => expect((await readSerials()).every((serial) => serial !== first[0])).toBe(true));
    await connectAs(boxA, enrolled);
    const reply = await callEnrolment(world.url, '/v1/ca', { ca: world.service.ca });
    expect(reply).toEqual({ status: 200, body: { caCertificates: [world.service.ca] } });
  });
});

describe('the CA, when it is changed', () => {
  it('is believed beside the next one, which issues then, and cuts off who shows its certificates in the end', async () => {
    const { authority: old, service } = world;
    const next = await world.makeAuthority('authority-2');
    const [late, early] = [await world.enrol(boxA), await world.enrol(boxB)];
    await service.changeAuthorities([old, next]);
    expect((await world.call('/v1/ca')).body.caCertificates).toEqual([old.certificatePem, next.certificatePem]);
    // A claim of before is good, whichever of them it names.
    await world.enrol('box-c');

    await service.changeAuthorities([next, old]);
    const shown = { key: early.key, cert: early.cert };
    const { key, csr } = await makeTlsKey();
    const renewed = await world.call('/v1/renewals', { csr }, shown);
    expect(renewed).toMatchObject({ status: 200 });
    const fresh = { key, cert: String(renewed.body.certificate) };
    const staying = await connectAs(boxB, fresh, next.certificatePem);
    const leaving = await connectAs(boxA, late);

    await service.changeAuthorities([next]);
    await leaving.closed;
    expect(world.notices).toContainEqual(
      expect.objectContaining({ detail: 'its certificate is of a CA that is believed no more' }),
    );
    await expect(world.connect(boxA, late)).rejects.toThrow();
    expect(await world.call('/v1/renewals', { csr: (await makeTlsKey()).csr }, late)).toMatchObject({ status: 401 });
    await staying.client.publishAsync(upTopic(boxB, 'payment'), 'goes on', { qos: 1 });
    expect(service.isLink(service.link.serial)).toBe(true);
  });
});
