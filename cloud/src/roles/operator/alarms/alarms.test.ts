import { type BusinessDate, businessDateAt } from '@scanpay/shared/clock.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import type { OpenAlarm } from '@scanpay/shared/wire/alarm-messages.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorWorld, type OperatorWorld, shop } from '../testing/operator-world.ts';
import type { Sealed, TestBox } from '../testing/test-box.ts';

let world: OperatorWorld;
let box: TestBox;
const idOf = (digit: string) => `01a20958-0000-7000-8000-00000000000${digit}`;

beforeEach(async () => {
  world = await createOperatorWorld();
  box = await world.enrol('box-1');
});
afterEach(() => world.dispose());

const paper: OpenAlarm = { code: 'printer-paper-out', raisedAtMs: 100, count: 1, detail: 'paper-out' };
const report = (revision: number, open: OpenAlarm[], journal = '1'): Promise<Sealed> =>
  box.seal({ type: 'alarm.report', journalId: idOf(journal), revision, open });
const presence = async (online: boolean, session = '1') =>
  world.deliver(await box.seal({ type: 'presence', sessionId: idOf(session), online }));
const list = async (query = '') => (await world.role.app.inject(`/v1/alarms${query}`)).json().alarms;
const act = async (alarmId: string, action: string, payload: object) => {
  const reply = await world.role.app.inject({ method: 'POST', url: `/v1/alarms/${alarmId}/${action}`, payload });
  return { status: reply.statusCode, body: reply.json() };
};
const recorded = async () =>
  (await world.messages()).flatMap((each) => (each.type === 'alarm.recorded' ? each.revision : []));

describe('alarms that a box reports', () => {
  it('are raised, counted and cleared as the box sees them, and acknowledged to it', async () => {
    await world.deliver(await report(1, [paper]));
    expect(await list()).toMatchObject([
      { code: 'printer-paper-out', severity: 'minor', source: 'box', state: 'raised', count: 1, detail: 'paper-out' },
    ]);
    expect((await list())[0].words.ko).toContain('용지');
    await world.deliver(await report(2, [{ ...paper, count: 2 }]));
    expect(await list('?state=open')).toMatchObject([{ count: 2 }]);
    await world.deliver(await report(3, []));
    expect(await list()).toMatchObject([{ state: 'cleared', clearedBy: null, count: 2 }]);
    expect(await recorded()).toEqual([1, 2, 3]);
    expect(world.sent.at(-1)?.channel).toBe('alarm');
  });

  it('are the same when they are reported again, and nothing when they are overtaken', async () => {
    const first = await report(1, [paper]);
    await world.deliver(first);
    await world.deliver(first);
    const cleared = await report(2, []);
    await world.deliver(cleared);
    // A replay, whoever sends it.
    await world.deliver(first);
    expect(await list()).toMatchObject([{ state: 'cleared', count: 1 }]);
    expect(world.logged).toContainEqual(expect.objectContaining({ text: 'late or repeated report of alarms' }));
  });

  it('begin anew with a box that got a new journal, and not again with its old one', async () => {
    await world.deliver(await report(9, [paper]));
    await world.deliver(await report(1, [], '2'));
    expect(await list()).toMatchObject([{ state: 'cleared' }]);
    await world.deliver(await report(10, [paper], '1'));
    expect(await list('?state=open')).toEqual([]);
    await world.deliver(await report(2, [{ ...paper, raisedAtMs: 200 }], '2'));
    expect(await list('?state=open')).toHaveLength(1);
  });

  it('of a later version are kept as warnings', async () => {
    await world.deliver(await report(1, [{ code: 'flux-low', raisedAtMs: 1, count: 1, detail: '' }]));
    expect(await list('?severity=warning')).toMatchObject([{ code: 'flux-low', words: { en: expect.any(String) } }]);
  });

  it('come only from the box itself', async () => {
    const stranger = await world.enrol('box-2');
    const forged = await stranger.seal({ type: 'alarm.report', journalId: idOf('1'), revision: 1, open: [paper] });
    await world.deliver({ ...forged, delivered: { ...forged.delivered, deviceId: box.deviceId } });
    expect(await list()).toEqual([]);
  });
});

describe('what staff do with alarms', () => {
  it('acknowledge, with who and note; the source alone ends it', async () => {
    await world.deliver(await report(1, [paper]));
    const [{ alarmId }] = await list();
    expect(await act(alarmId, 'acknowledge', { by: '김담당', note: '용지 보냄' })).toMatchObject({
      status: 200,
      body: { state: 'acknowledged', acknowledgedBy: '김담당', acknowledgeNote: '용지 보냄' },
    });
    expect([(await list('?state=raised')).length, (await list('?state=acknowledged')).length]).toEqual([0, 1]);
    await world.deliver(await report(2, []));
    expect(await list()).toMatchObject([{ state: 'cleared', acknowledgedBy: '김담당', clearedBy: null }]);
    expect(await act(alarmId, 'acknowledge', { by: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'alarm_cleared' },
    });
  });

  it('clear by hand, with a reason; it stays so until the box sees it begin again', async () => {
    await world.deliver(await report(1, [paper]));
    const [{ alarmId }] = await list();
    expect(await act(alarmId, 'clear', { by: '김담당' })).toMatchObject({ status: 400 });
    expect(await act(alarmId, 'clear', { by: '김담당', reason: '점검 중' })).toMatchObject({
      body: { state: 'cleared', clearedBy: '김담당', clearReason: '점검 중' },
    });
    const other: OpenAlarm = { ...paper, code: 'disk-low' };
    await world.deliver(await report(2, [paper, other]));
    expect(await list('?state=open')).toMatchObject([{ code: 'disk-low' }]);
    await world.deliver(await report(3, [{ ...paper, count: 2 }, other]));
    expect((await list('?state=open')).map(({ code }: { code: string }) => code).sort()).toEqual([
      'disk-low',
      'printer-paper-out',
    ]);
  });

  it('find none of that name', async () => {
    expect(await act(idOf('9'), 'acknowledge', { by: 'x' })).toMatchObject({ status: 404 });
  });
});

describe('alarms of the operator', () => {
  it('tell of a box that stays away, once, and end when it is back', async () => {
    await presence(true);
    await presence(false);
    await world.until(async () => (await list('?state=open')).length > 0, 60_000);
    expect(await list()).toMatchObject([{ code: 'box-offline', source: 'operator', severity: 'major', count: 1 }]);
    for (let sweep = 0; sweep < 3; sweep++) {
      world.scheduler.advance(30_000);
      await world.until(() => true);
    }
    expect(await list()).toMatchObject([{ count: 1 }]);
    await presence(true, '2');
    expect(await list()).toMatchObject([{ state: 'cleared' }]);
  });

  it('tell of a box that went while the operator was away, and say nothing of one that is revoked', async () => {
    const revoked = await world.enrol('box-2');
    await presence(true);
    await world.deliver(await revoked.seal({ type: 'presence', sessionId: idOf('1'), online: true }));
    await world.store.revokeBox(revoked.deviceId, world.nowMs(), 'signed');
    await presence(false);
    await world.reboot();
    await world.until(async () => (await list('?state=open')).length > 0, 60_000);
    expect(await list()).toMatchObject([{ code: 'box-offline', deviceId: 'box-1', count: 1 }]);
    // What was open is over with the box.
    await world.store.revokeBox(box.deviceId, world.nowMs(), 'signed');
    await world.until(async () => (await list('?state=open')).length === 0, 60_000);
  });

  it('take no late will of an earlier session for a loss', async () => {
    await presence(true, '1');
    await presence(true, '2');
    await presence(false, '1');
    for (let sweep = 0; sweep < 30; sweep++) {
      world.scheduler.advance(60_000);
      await world.until(() => true);
    }
    expect(await list()).toEqual([]);
  });

  it('are not raised for a short absence', async () => {
    await presence(true);
    await presence(false);
    world.scheduler.advance(300_000);
    await presence(true, '2');
    for (let sweep = 0; sweep < 30; sweep++) {
      world.scheduler.advance(30_000);
      await world.until(() => true);
    }
    expect(await list()).toEqual([]);
  });

  it('tell once of a merchant that has owed for too long, and end when it has paid', async () => {
    await world.enrol('box-0');
    const owe = (sinceDate: string) =>
      world.owing.set(shop, { sinceDate: sinceDate as BusinessDate, owedWon: won(12_300) });
    const day = 86_400_000;
    const dateBefore = (days: number) => businessDateAt(world.nowMs() - days * day);
    owe(dateBefore(29));
    world.scheduler.advance(3_600_000);
    await world.until(() => true);
    expect(await list()).toEqual([]);
    world.scheduler.advance(day);
    await world.until(async () => (await list()).length > 0, 30_000);
    expect(await list()).toMatchObject([
      // Alarms are kept by box: it is the merchant's first.
      { code: 'merchant-debt-overdue', deviceId: 'box-0', source: 'operator', severity: 'minor', count: 1 },
    ]);
    expect((await list())[0].detail).toMatch(/^m-\S+ has owed since 2026-\d\d-\d\d; on \S+ 12300 won$/u);
    expect((await list())[0].words.ko).toContain('미수금');
    world.scheduler.advance(2 * day);
    await world.until(async () => true);
    expect(await list('?state=open')).toMatchObject([{ code: 'merchant-debt-overdue', count: 1 }]);
    world.owing.clear();
    await world.until(async () => (await list('?state=open')).length === 0, 600_000);
    expect(await list()).toHaveLength(1);
  });

  it('follow statements that are not answered', async () => {
    world.tardy.push('box-1' as DeviceId);
    await world.until(async () => (await list()).length > 0, 30_000);
    expect(await list()).toMatchObject([{ code: 'statement-unanswered', state: 'raised' }]);
    world.tardy.length = 0;
    await world.until(async () => (await list('?state=open')).length === 0, 30_000);
  });
});
