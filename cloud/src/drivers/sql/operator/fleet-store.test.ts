import type { Result } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { boxWithoutPaper, wellBox } from '@scanpay/shared/testing/telemetry-samples.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { operatorMigrations } from './migrations.ts';
import { createOperatorStore } from './operator-store.ts';
import type { OperatorTables } from './tables.ts';

const [boxA, boxB, boxC] = ['box-a', 'box-b', 'box-c'] as [DeviceId, DeviceId, DeviceId];
const shop = 'm-1' as MerchantId;
const online = (sessionId: string, sinceMs: number) => ({ sessionId, online: true, sinceMs, endedSessions: [] });
const unwrap = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.code);
  return result.value;
};
const rejected = {
  configVersion: 2,
  code: 'invalid_input' as const,
  words: { ko: '틀림', en: 'wrong' },
  detail: '/x',
  atMs: 7,
};

describe.each(useTestDatabases())('the store of the fleet on $name', (database) => {
  let book: TestBook<OperatorTables>;
  let store: OperatorStore;
  beforeEach(async () => {
    book = await database.create({ ...ledgerMigrations, ...operatorMigrations });
    store = createOperatorStore(await book.open());
    for (const deviceId of [boxA, boxB, boxC]) {
      await store.enrolDevice({ deviceId, merchantId: shop, kid: `${deviceId}-1`, x: 'x' }, 1);
    }
  });
  afterEach(() => book.remove());

  const row = (deviceId: DeviceId) => store.findFleetRow(deviceId);

  describe('presence', () => {
    it('is judged by what was known, and kept', async () => {
      const went = await store.recordPresence(boxA, (known) => (known ? null : online('s1', 10)), {
        isLive: true,
        nowMs: 10,
      });
      expect(went).toBe(true);
      expect(await row(boxA)).toMatchObject({ presence: { online: true, sinceMs: 10 }, lastSeenAtMs: 10 });
      const seen: unknown[] = [];
      const again = await store.recordPresence(
        boxA,
        (known) => {
          seen.push(known);
          return { ...online('s1', 20), online: false, endedSessions: ['s1'] };
        },
        { isLive: false, nowMs: 20 },
      );
      expect(again).toBe(true);
      expect(seen).toEqual([online('s1', 10)]);
      expect(await row(boxA)).toMatchObject({ presence: { online: false, sinceMs: 20 }, lastSeenAtMs: 10 });
      await store.recordPresence(
        boxA,
        (known) => {
          expect(known?.endedSessions).toEqual(['s1']);
          return null;
        },
        { isLive: false, nowMs: 21 },
      );
      expect(await row(boxB)).toMatchObject({ presence: null, lastSeenAtMs: null });
    });

    it('of one box is judged one after the other', async () => {
      const turns = Array.from({ length: 20 }, (_, n) =>
        store.recordPresence(
          boxA,
          (known) => ({ ...online('s', 0), endedSessions: [...(known?.endedSessions ?? []), String(n)] }),
          { isLive: true, nowMs: n },
        ),
      );
      await Promise.all(turns);
      let kept: readonly string[] = [];
      await store.recordPresence(
        boxA,
        (known) => {
          kept = known?.endedSessions ?? [];
          return null;
        },
        { isLive: false, nowMs: 99 },
      );
      expect(kept).toHaveLength(20);
    });

    it('ends where nobody has confirmed it since', async () => {
      for (const [deviceId, nowMs] of [
        [boxA, 10],
        [boxB, 30],
      ] as const) {
        await store.recordPresence(deviceId, () => online('s1', nowMs), { isLive: true, nowMs });
      }
      expect(await store.endUnconfirmed(20, 40)).toBe(1);
      expect(await row(boxA)).toMatchObject({ presence: { online: false, sinceMs: 40 } });
      expect(await row(boxB)).toMatchObject({ presence: { online: true, sinceMs: 30 } });
    });

    it('is of boxes whose merchants are told by the first of each', async () => {
      const other = 'm-0' as MerchantId;
      await store.enrolDevice({ deviceId: boxA, merchantId: other, kid: 'k', x: 'x' }, 2);
      expect(await store.listFirstDevices()).toEqual([
        { merchantId: other, deviceId: boxA },
        { merchantId: shop, deviceId: boxB },
      ]);
    });

    it('tells which boxes are there, and which are gone since when', async () => {
      const say = (deviceId: DeviceId, isOnline: boolean, nowMs: number) =>
        store.recordPresence(deviceId, () => ({ ...online('s1', nowMs), online: isOnline }), { isLive: true, nowMs });
      await say(boxA, true, 10);
      await say(boxB, false, 20);
      expect(await store.listOnline([boxA, boxB, boxC])).toEqual([boxA]);
      expect(await store.listOnline([boxB])).toEqual([]);
      expect(await store.listOnline([])).toEqual([]);
      expect(await store.listGone(19, 9)).toEqual([]);
      expect(await store.listGone(20, 9)).toEqual([boxB]);
      await say(boxA, false, 30);
      expect(await store.listGone(30, 1)).toEqual([boxA]);
    });

    it('ends as a box is revoked, and is not taken from it any more', async () => {
      const say = (sessionId: string) =>
        store.recordPresence(boxA, () => online(sessionId, 10), { isLive: true, nowMs: 10 });
      await say('s1');
      await store.revokeBox(boxA, 20, 'signed');
      expect(await store.listOnline([boxA])).toEqual([]);
      expect(await row(boxA)).toMatchObject({ presence: { online: false, sinceMs: 20 } });
      // What was let in before, and is written after.
      expect(await say('s2')).toBe(false);
      expect(await store.listOnline([boxA])).toEqual([]);
      // Nobody waits for it.
      expect(await store.listGone(99, 9)).toEqual([]);
    });
  });

  describe('telemetry', () => {
    it('is there as the newest, and as a history that does not grow beyond its bound', async () => {
      for (let n = 1; n <= 7; n += 1) {
        const telemetry = n === 7 ? boxWithoutPaper : { ...wellBox, configVersion: n };
        await store.recordTelemetry(boxA, { receivedAtMs: n, telemetry }, 3);
      }
      await store.recordTelemetry(boxB, { receivedAtMs: 100, telemetry: wellBox }, 3);
      const history = await store.listTelemetry(boxA, 10);
      expect(history.map(({ receivedAtMs }) => receivedAtMs)).toEqual([7, 6, 5]);
      expect(history[0]?.telemetry).toEqual(boxWithoutPaper);
      expect(await store.listTelemetry(boxA, 1)).toHaveLength(1);
      expect(await row(boxA)).toMatchObject({
        health: boxWithoutPaper.health,
        softwareVersion: '0.1.0',
        lastSeenAtMs: 7,
      });
    });

    it('is deleted by age, so many at a time', async () => {
      for (let n = 1; n <= 6; n += 1) await store.recordTelemetry(boxA, { receivedAtMs: n, telemetry: wellBox }, 10);
      expect(await store.purgeTelemetry(6, 3)).toBe(3);
      expect((await store.listTelemetry(boxA, 10)).map(({ receivedAtMs }) => receivedAtMs)).toEqual([6, 5, 4]);
      expect(await store.purgeTelemetry(6, 10)).toBe(2);
      expect(await store.purgeTelemetry(6, 10)).toBe(0);
      expect(await row(boxA)).toMatchObject({ health: { level: 'ok' } });
    });
  });

  describe('desired settings', () => {
    const limits = { maxGroups: 2, nowMs: 5 };

    it("are the group's and over them the box's own, under a version for each change", async () => {
      const first = await store.setOwnSettings(boxA, { logLevel: 'debug', limits: { deadlineMs: 8_000 } }, 5);
      expect(first).toEqual([
        { deviceId: boxA, version: 1, settings: { logLevel: 'debug', limits: { deadlineMs: 8_000 } }, desiredAtMs: 5 },
      ]);
      await store.setGroup(boxA, 'sokcho', limits);
      await store.setGroup(boxB, 'sokcho', limits);
      const changed = await store.setGroupSettings(
        'sokcho',
        { logLevel: 'warn', limits: { inquiries: 5 } },
        { ...limits, nowMs: 9 },
      );
      expect(changed).toEqual({
        ok: true,
        value: [
          {
            deviceId: boxA,
            version: 2,
            settings: { logLevel: 'debug', limits: { inquiries: 5, deadlineMs: 8_000 } },
            desiredAtMs: 9,
          },
          { deviceId: boxB, version: 1, settings: { logLevel: 'warn', limits: { inquiries: 5 } }, desiredAtMs: 9 },
        ],
      });
      expect(await store.findDesired(boxC)).toBeUndefined();
      expect(await store.findDeviceConfig(boxA)).toMatchObject({
        ownSettings: { logLevel: 'debug', limits: { deadlineMs: 8_000 } },
        groupSettings: { logLevel: 'warn', limits: { inquiries: 5 } },
        desired: { version: 2 },
      });
      expect(await store.listGroups()).toEqual([
        { group: 'sokcho', settings: { logLevel: 'warn', limits: { inquiries: 5 } }, devices: 2 },
      ]);
      expect((await store.listDesired(null, 1)).map(({ deviceId }) => deviceId)).toEqual([boxA]);
      expect((await store.listDesired(boxA, 9)).map(({ deviceId }) => deviceId)).toEqual([boxB]);
    });

    it('have no new version where nothing changes, and one when a box leaves its group', async () => {
      await store.setGroup(boxA, 'sokcho', limits);
      await store.setGroupSettings('sokcho', { logLevel: 'warn' }, limits);
      expect(await store.setGroupSettings('sokcho', { logLevel: 'warn' }, limits)).toEqual({ ok: true, value: [] });
      expect(await store.setOwnSettings(boxA, { logLevel: 'warn' }, 6)).toEqual([]);
      expect(await store.setOwnSettings(boxA, {}, 6)).toEqual([]);
      const left = await store.setGroup(boxA, null, limits);
      expect(left).toMatchObject({ ok: true, value: [{ version: 2, settings: {} }] });
      expect(await store.setOwnSettings(boxB, {}, 6)).toEqual([]);
    });

    it('know a bounded number of groups', async () => {
      for (const group of ['g1', 'g2', 'g1'])
        expect(await store.setGroup(boxA, group, limits)).toMatchObject({ ok: true });
      expect(await store.setGroup(boxA, 'g3', limits)).toMatchObject({ ok: false, code: 'group_limit' });
      expect(await store.setGroupSettings('g3', {}, limits)).toMatchObject({ ok: false, code: 'group_limit' });
    });

    it('never have the same version twice, whoever changes them at once', async () => {
      const rival = createOperatorStore(await book.openRival());
      await store.setGroup(boxA, 'sokcho', limits);
      const turns = Array.from({ length: 12 }, (_, n) =>
        n % 2 === 0
          ? store.setOwnSettings(boxA, { limits: { deadlineMs: 5_000 + n } }, n)
          : rival.setGroupSettings('sokcho', { limits: { inquiries: n } }, { maxGroups: 2, nowMs: n }),
      );
      const changed = (await Promise.all(turns)).flatMap((result) => ('ok' in result ? unwrap(result) : result));
      const versions = changed.map(({ version }) => version);
      expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
      const { desired, ownSettings, groupSettings } = await store.findDeviceConfig(boxA);
      expect(desired?.settings).toEqual({ limits: { ...groupSettings.limits, ...ownSettings.limits } });
    });

    it('are held against what the box says it runs', async () => {
      await store.setOwnSettings(boxA, { logLevel: 'debug' }, 5);
      await store.setOwnSettings(boxA, { logLevel: 'warn' }, 6);
      expect(await store.recordReported(boxA, { appliedVersion: 1, rejected }, 8)).toBeNull();
      expect(await row(boxA)).toMatchObject({ desiredVersion: 2, appliedVersion: 1, rejected });
      expect(await store.recordReported(boxA, { appliedVersion: 2, rejected: null }, 9)).toBeNull();
      expect(await row(boxA)).toMatchObject({ desiredVersion: 2, appliedVersion: 2, rejected: null });
    });

    it('go beyond a version that the box has and nobody remembers', async () => {
      await store.setOwnSettings(boxA, { logLevel: 'debug' }, 5);
      const raised = await store.recordReported(boxA, { appliedVersion: 17, rejected: null }, 8);
      expect(raised).toEqual({ deviceId: boxA, version: 18, settings: { logLevel: 'debug' }, desiredAtMs: 8 });
      expect(await store.recordReported(boxB, { appliedVersion: 3, rejected: null }, 8)).toMatchObject({
        version: 4,
        settings: {},
      });
    });
  });

  it('lists boxes by what one looks for, page by page, and counts them', async () => {
    await store.recordPresence(boxA, () => online('s1', 10), { isLive: true, nowMs: 10 });
    await store.recordPresence(boxB, () => ({ ...online('s1', 10), online: false }), { isLive: true, nowMs: 10 });
    await store.recordTelemetry(boxA, { receivedAtMs: 11, telemetry: wellBox }, 3);
    const older = { ...boxWithoutPaper, versions: { ...wellBox.versions, software: '0.0.9' } };
    await store.recordTelemetry(boxB, { receivedAtMs: 11, telemetry: older }, 3);
    await store.setGroup(boxC, 'sokcho', { maxGroups: 5, nowMs: 1 });
    await store.setGroupSettings('sokcho', { logLevel: 'warn' }, { maxGroups: 5, nowMs: 1 });
    const list = async (query: Parameters<OperatorStore['listFleet']>[0], limit = 10) =>
      (await store.listFleet(query, limit)).map(({ deviceId }) => deviceId);
    expect(await list({})).toEqual([boxA, boxB, boxC]);
    expect(await list({ after: boxA }, 1)).toEqual([boxB]);
    expect(await list({ filter: 'online' })).toEqual([boxA]);
    expect(await list({ filter: 'offline' })).toEqual([boxB, boxC]);
    expect(await list({ filter: 'unhealthy' })).toEqual([boxB]);
    expect(await list({ filter: 'not-configured' })).toEqual([boxC]);
    expect(await list({ notVersion: '0.1.0' })).toEqual([boxB]);
    expect(await list({ group: 'sokcho' })).toEqual([boxC]);
    expect(await list({ search: 'ox-b' })).toEqual([boxB]);
    expect(await list({ search: shop })).toEqual([boxA, boxB, boxC]);
    expect(await store.countFleet()).toEqual({
      devices: 3,
      online: 1,
      offline: 1,
      byHealth: { ok: 1, warning: 0, fault: 1 },
      notConfigured: 1,
      versions: [
        { version: '0.0.9', devices: 1 },
        { version: '0.1.0', devices: 1 },
      ],
    });
  });
});
