import { generateKeyPairSync } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReleaseWorld, type ReleaseWorld } from '../testing/release-world.ts';

let world: ReleaseWorld;
beforeEach(async () => {
  world = await createReleaseWorld({ maxReleases: 2, maxDownloads: 1 });
});
afterEach(() => world.dispose());

const content = Buffer.from('the whole of a release');
const enter = async (manifestJws: string) => world.call('POST', '/v1/releases', { manifestJws });

describe('a release at the operator', () => {
  it('is entered by its manifest, uploaded once it is known, and served by ranges', async () => {
    expect(await world.upload('1.1.0', content)).toMatchObject({ status: 404 });
    const manifestJws = await world.manifestOf('1.1.0', content);
    expect(await enter(manifestJws)).toMatchObject({ status: 200, body: { version: '1.1.0', uploaded: false } });
    expect(await world.upload('1.1.0', content)).toMatchObject({ status: 200, body: { uploaded: true } });
    expect(await enter(manifestJws)).toMatchObject({ status: 200, body: { uploaded: true } });
    const whole = await world.service.inject('/v1/releases/1.1.0/arm64/artifact');
    expect([whole.statusCode, whole.rawPayload]).toEqual([200, content]);
    const part = { url: '/v1/releases/1.1.0/arm64/artifact', headers: { range: 'bytes=4-' } };
    const rest = await world.service.inject(part);
    expect([rest.statusCode, rest.rawPayload]).toEqual([206, content.subarray(4)]);
    expect(rest.headers['content-range']).toBe(`bytes 4-${content.length - 1}/${content.length}`);
    for (const url of [
      '/v1/releases/1.1.0/amd64/artifact',
      '/v1/releases/..%2f..%2fx/arm64/artifact',
      '/v1/releases',
    ]) {
      expect((await world.service.inject(url)).statusCode).toBeGreaterThanOrEqual(400);
    }
  });

  it('is nothing that a release key did not sign, nor what has expired', async () => {
    const stranger = { kid: 'release-1', privateKey: generateKeyPairSync('ed25519').privateKey };
    const forged = await world.manifestOf('1.1.0', content, {}, stranger);
    expect(await enter(forged)).toMatchObject({ status: 403, body: { code: 'release_unsigned' } });
    const stale = await world.manifestOf('1.1.0', content, { expiresAtMs: world.scheduler.nowMs() });
    expect(await enter(stale)).toMatchObject({ status: 410, body: { code: 'release_expired' } });
    const huge = { bytes: 1_000_001, sha256: 'A'.repeat(43), unpackedBytes: 1 };
    const large = await world.manifestOf('1.1.0', content, { artifact: huge });
    expect(await enter(large)).toMatchObject({ status: 413 });
    expect(await world.call('GET', '/v1/releases')).toMatchObject({ body: { releases: [] } });
  });

  it('is exactly the bytes that were signed, and leaves nothing of others behind', async () => {
    await enter(await world.manifestOf('1.1.0', content));
    for (const other of [
      Buffer.from('the whole of another!!'),
      content.subarray(1),
      Buffer.concat([content, content]),
    ]) {
      expect(await world.upload('1.1.0', other)).toMatchObject({ status: 409, body: { code: 'release_corrupt' } });
    }
    expect(readdirSync(world.files.folder)).toEqual([]);
    const json = await world.app.inject({ method: 'PUT', url: '/v1/releases/1.1.0/arm64/artifact', payload: {} });
    expect(json.statusCode).toBe(400);
  });

  it('is one of a version, and of so many; one that nobody needs can be removed', async () => {
    await world.publish('1.1.0');
    const other = await world.manifestOf('1.1.0', Buffer.from('another'));
    expect(await enter(other)).toMatchObject({ status: 409, body: { code: 'release_conflict' } });
    await world.publish('1.2.0');
    const third = await world.manifestOf('1.3.0', content);
    expect(await enter(third)).toMatchObject({ status: 409, body: { code: 'release_limit' } });
    expect(await world.call('POST', '/v1/releases/1.1.0/arm64/removal')).toMatchObject({ status: 200 });
    expect(await world.call('POST', '/v1/releases/1.1.0/arm64/removal')).toMatchObject({ status: 404 });
    expect(readdirSync(world.files.folder)).toEqual(['scanpay-box_1.2.0_arm64.tar.gz']);
    expect(await enter(third)).toMatchObject({ status: 200 });
  });
});
