import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReleaseStore, Rollout } from '../../../ports/release-store.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { operatorMigrations } from './migrations.ts';
import { createOperatorStore } from './operator-store.ts';
import { createReleaseStore } from './release-store.ts';
import type { OperatorTables } from './tables.ts';

const [boxA, boxB] = ['box-a', 'box-b'] as DeviceId[] as [DeviceId, DeviceId];
const releaseOf = (version: string, addedAtMs: number) => ({
  ...{ version, arch: 'arm64' as const, manifestJws: `jws ${version}`, sha256: 'hash' },
  ...{ bytes: 5_000_000_000, expiresAtMs: 99, addedAtMs },
});
const rolloutOf = (n: number, differing: Partial<Rollout> = {}): Rollout => ({
  rolloutId: `rollout-${n}`,
  ...{ version: '1.1.0', groups: ['north', 'pilot'], percent: 5, atOnce: 3, maxFailedPercent: 20, maxFailures: 2 },
  ...{ state: 'running', createdAtMs: n, updatedAtMs: n },
  ...differing,
});

describe.each(useTestDatabases())('the store of releases on $name', (database) => {
  let book: TestBook<OperatorTables>;
  let store: ReleaseStore;
  let rival: ReleaseStore;
  beforeEach(async () => {
    book = await database.create({ ...ledgerMigrations, ...operatorMigrations });
    store = createReleaseStore(await book.open());
    rival = createReleaseStore(await book.openRival());
  });
  afterEach(() => book.remove());

  it('keeps one release of a version for a machine, newest first', async () => {
    expect(await store.addRelease(releaseOf('1.0.0', 1))).toBe(true);
    expect(await store.addRelease({ ...releaseOf('1.0.0', 2), sha256: 'another' })).toBe(false);
    expect(await store.addRelease({ ...releaseOf('1.0.0', 3), arch: 'amd64' })).toBe(true);
    expect(await store.listReleases()).toEqual([{ ...releaseOf('1.0.0', 3), arch: 'amd64' }, releaseOf('1.0.0', 1)]);
    await store.removeRelease('1.0.0', 'arm64');
    expect(await store.listReleases()).toHaveLength(1);
  });

  it('knows what each box runs, and the group it is in', async () => {
    await store.putDeviceRelease({ deviceId: boxB, version: '1.0.0', arch: 'arm64', reportedAtMs: 1 });
    await store.putDeviceRelease({ deviceId: boxA, version: '1.0.0', arch: 'amd64', reportedAtMs: 2 });
    await store.putDeviceRelease({ deviceId: boxB, version: '1.1.0', arch: 'arm64', reportedAtMs: 3 });
    const fleet = createOperatorStore(await book.open());
    await fleet.enrolDevice({ deviceId: boxB, merchantId: 'm-1' as MerchantId, kid: 'k-1', x: 'x-1' }, 1);
    await fleet.setGroup(boxB, 'pilot', { nowMs: 4, maxGroups: 1 });
    expect(await store.listDeviceReleases()).toEqual([
      { deviceId: boxA, version: '1.0.0', arch: 'amd64', group: null, reportedAtMs: 2 },
      { deviceId: boxB, version: '1.1.0', arch: 'arm64', group: 'pilot', reportedAtMs: 3 },
    ]);
  });

  it('has one rollout open at a time, however many are begun at once', async () => {
    const begun = await Promise.all([store, rival, store, rival].map((each, n) => each.addRollout(rolloutOf(n))));
    expect(begun.filter(Boolean)).toHaveLength(1);
    const [open] = await store.listRollouts(5);
    expect(open).toEqual(rolloutOf(begun.indexOf(true)));
    const { rolloutId } = open as Rollout;
    expect(await store.changeRollout(rolloutId, ['running'], { state: 'paused' }, 10)).toBe(true);
    expect(await store.changeRollout(rolloutId, ['running'], { percent: 50 }, 11)).toBe(false);
    expect(await store.addRollout(rolloutOf(7))).toBe(false);
    expect(await store.changeRollout(rolloutId, ['paused'], { state: 'halted' }, 12)).toBe(true);
    expect(await store.findRollout(rolloutId)).toMatchObject({ state: 'halted', percent: 5, updatedAtMs: 12 });
    expect(await store.addRollout(rolloutOf(8, { groups: null }))).toBe(true);
    expect((await store.listRollouts(1))[0]).toEqual(rolloutOf(8, { groups: null }));
  });

  it('remembers how far each box is', async () => {
    await store.addRollout(rolloutOf(1));
    await store.addAttempts('rollout-1', [boxA, boxB], 5);
    await store.addAttempts('rollout-1', [boxB], 6);
    const change = { state: 'rolled-back', code: 'update_not_started', detail: 'why' } as const;
    expect(await store.changeAttempt('rollout-1', boxB, change, 9)).toBe('told');
    expect(await store.changeAttempt('rollout-1', boxB, change, 10)).toBe('rolled-back');
    expect(await store.changeAttempt('rollout-9', boxB, change, 10)).toBeUndefined();
    expect(await store.listAttempts('rollout-1')).toEqual([
      { deviceId: boxA, state: 'told', code: null, detail: '', toldAtMs: 5, updatedAtMs: 5 },
      { deviceId: boxB, ...change, toldAtMs: 5, updatedAtMs: 10 },
    ]);
    await store.changeRollout('rollout-1', ['running'], { state: 'aborted' }, 11);
    await store.addRollout(rolloutOf(2));
    await store.addAttempts('rollout-2', [boxB], 12);
    expect(await store.lastAttempt(boxB)).toMatchObject({
      rollout: { rolloutId: 'rollout-2' },
      attempt: { state: 'told' },
    });
    expect(await store.lastAttempt(boxA)).toMatchObject({ rollout: { state: 'aborted' } });
    expect(await store.lastAttempt('box-none' as DeviceId)).toBeUndefined();
  });
});
