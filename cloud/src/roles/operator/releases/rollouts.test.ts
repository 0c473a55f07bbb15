import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReleaseWorld, type ReleaseWorld } from '../testing/release-world.ts';

const minuteMs = 60_000;
let world: ReleaseWorld;
beforeEach(async () => {
  world = await createReleaseWorld();
  world.releases.start();
  for (const n of [1, 2, 3, 4, 5, 6]) await world.report(`box-${n}`, '1.0.0');
  await world.publish('1.1.0');
});
afterEach(() => world.dispose());

const draft = { version: '1.1.0', groups: null, percent: 100, atOnce: 2, maxFailedPercent: 50, maxFailures: 2 };
const begin = async (differing: object = {}): Promise<string> => {
  const { status, body } = await world.call('POST', '/v1/rollouts', { ...draft, ...differing });
  expect([status, body.state]).toEqual([200, 'running']);
  return String(body.rolloutId);
};
const act = (rolloutId: string, what: string, body?: object) =>
  world.call('POST', `/v1/rollouts/${rolloutId}/${what}`, body);
const look = async (rolloutId: string) => (await world.call('GET', `/v1/rollouts/${rolloutId}`)).body;
const toldOf = () => world.said.map(([deviceId, release]) => `${deviceId}${release === null ? ' off' : ''}`);
const confirm = (deviceId: string, rolloutId: string) =>
  world.report(deviceId, '1.1.0', { rolloutId, phase: 'confirmed' });
const fail = (deviceId: string, rolloutId: string) =>
  world.report(deviceId, '1.0.0', { rolloutId, phase: 'rolled-back', code: 'update_not_started', detail: 'why' });

describe('a rollout', () => {
  it('tells a few boxes, and the next when these are done, where to find what', async () => {
    const rolloutId = await begin();
    expect(toldOf()).toEqual(['box-1', 'box-2']);
    expect(world.said[0]?.[1]).toEqual({
      rolloutId,
      manifestJws: (await world.store.listReleases())[0]?.manifestJws,
      url: 'https://operator.example:8443/v1/releases/1.1.0/arm64/artifact',
    });
    await world.report('box-1', '1.0.0', { rolloutId, phase: 'switched' });
    expect(toldOf()).toHaveLength(2);
    await confirm('box-1', rolloutId);
    expect(toldOf()).toEqual(['box-1', 'box-2', 'box-3']);
    expect(await look(rolloutId)).toMatchObject({ chosen: 5, told: 3, confirmed: 1, failed: 0 });
  });

  it('is halted by itself after too many failures: nobody else is told, and who can is called off', async () => {
    const rolloutId = await begin({ atOnce: 4 });
    await fail('box-1', rolloutId);
    await world.report('box-2', '1.0.0', { rolloutId, phase: 'installed' });
    await world.report('box-3', '1.0.0', { rolloutId, phase: 'switched' });
    expect(await look(rolloutId)).toMatchObject({ state: 'running', failed: 1 });
    await fail('box-4', rolloutId);
    expect(await look(rolloutId)).toMatchObject({ state: 'halted', failed: 2 });
    // Four at first, a fifth for the one that failed.
    expect(toldOf()).toEqual(['box-1', 'box-2', 'box-3', 'box-4', 'box-5', 'box-2 off', 'box-5 off']);
    await fail('box-4', rolloutId);
    expect(world.failures.map(({ deviceId, code }) => [deviceId, code])).toEqual([
      ['box-1', 'update_not_started'],
      ['box-4', 'update_not_started'],
    ]);
    expect(await look(rolloutId)).toMatchObject({
      attempts: expect.arrayContaining([
        expect.objectContaining({ detail: 'why', reason: { ko: expect.any(String), en: expect.any(String) } }),
      ]),
    });
    for (const what of ['pause', 'resume', 'abort']) {
      expect(await act(rolloutId, what)).toMatchObject({ status: 409, body: { code: 'rollout_state' } });
    }
  });

  it('takes a box for failed that fell silent on trial, and believes it when it comes back', async () => {
    const rolloutId = await begin();
    await world.report('box-1', '1.0.0', { rolloutId, phase: 'switched' });
    world.scheduler.advance(31 * minuteMs);
    await world.report('box-6', '1.0.0');
    expect(world.failures).toMatchObject([{ deviceId: 'box-1', code: 'update_silent' }]);
    await confirm('box-1', rolloutId);
    expect(await look(rolloutId)).toMatchObject({ confirmed: 1, failed: 0 });
  });

  it('is paused, widened, resumed and ended by the staff', async () => {
    const rolloutId = await begin({ percent: 1, atOnce: 6 });
    const few = toldOf().length;
    expect(few).toBeLessThan(6);
    expect(await act(rolloutId, 'pause')).toMatchObject({ body: { state: 'paused' } });
    expect(await act(rolloutId, 'percent', { percent: 100 })).toMatchObject({ body: { percent: 100, told: few } });
    expect(await act(rolloutId, 'percent', { percent: 5 })).toMatchObject({ status: 409 });
    expect(await act(rolloutId, 'resume')).toMatchObject({ body: { state: 'running', told: 6 } });
    await confirm('box-1', rolloutId);
    expect(await act(rolloutId, 'abort')).toMatchObject({ body: { state: 'aborted' } });
    expect(toldOf().filter((each) => each.endsWith('off'))).toHaveLength(5);
  });

  it('is for the boxes of its groups', async () => {
    await world.setGroup('box-3', 'pilot');
    await begin({ groups: ['pilot'] });
    expect(toldOf()).toEqual(['box-3']);
  });

  it('is alone, and needs a release that is there and keeps it', async () => {
    expect(await world.call('POST', '/v1/rollouts', { ...draft, version: '1.9.0' })).toMatchObject({ status: 404 });
    await begin();
    expect(await world.call('POST', '/v1/rollouts', draft)).toMatchObject({ status: 409 });
    const removal = await world.call('POST', '/v1/releases/1.1.0/arm64/removal');
    expect(removal).toMatchObject({ status: 409, body: { code: 'release_in_use' } });
  });

  it('tells a box again when it comes back, and what was called off', async () => {
    world.setBroker(false);
    const rolloutId = await begin();
    expect(toldOf()).toEqual([]);
    world.setBroker(true);
    await world.releases.boxOnline('box-1' as never);
    await world.releases.boxOnline('box-6' as never);
    expect(toldOf()).toEqual(['box-1']);
    world.setBroker(false);
    await act(rolloutId, 'abort');
    world.setBroker(true);
    await world.releases.boxOnline('box-1' as never);
    expect(toldOf()).toEqual(['box-1', 'box-1 off']);
    await confirm('box-1', rolloutId);
    await world.releases.boxOnline('box-1' as never);
    expect(toldOf()).toHaveLength(2);
  });
});
