import type { AlarmId, CommandId, DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeAlarm } from '../../../core/alarms/compare-report.ts';
import type { StoredAlarm } from '../../../ports/alarm-store.ts';
import type { StoredCommand } from '../../../ports/command-store.ts';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { operatorMigrations } from './migrations.ts';
import { createOperatorStore } from './operator-store.ts';
import type { OperatorTables } from './tables.ts';

const box = 'box-1' as DeviceId;
const otherBox = 'box-2' as DeviceId;
const commandIdOf = (serial: number) => `01a20958-0000-7000-8000-${String(serial).padStart(12, '0')}` as CommandId;
const alarmIdOf = (serial: number) => commandIdOf(serial) as string as AlarmId;

const commandOf = (serial: number, differing: Partial<StoredCommand> = {}): StoredCommand => ({
  commandId: commandIdOf(serial),
  deviceId: box,
  order: { kind: 'collect-logs', maxLines: 7 },
  requestedBy: '운영 1팀',
  state: 'queued',
  createdAtMs: serial,
  expiresAtMs: 1_000,
  sentAtMs: null,
  acceptedAtMs: null,
  endedAtMs: null,
  code: null,
  detail: '',
  result: null,
  attachment: null,
  resultJws: null,
  ...differing,
});
const alarmOf = (serial: number, code = 'printer-fault', differing: Partial<StoredAlarm> = {}): StoredAlarm => ({
  ...makeAlarm({ alarmId: alarmIdOf(serial), deviceId: box, code, severity: 'major', source: 'box', nowMs: serial }),
  ...differing,
});

describe.each(useTestDatabases())('commands and alarms on $name', (database) => {
  let testBook: TestBook<OperatorTables>;
  let store: OperatorStore;
  let rival: OperatorStore;
  beforeEach(async () => {
    testBook = await database.create({ ...ledgerMigrations, ...operatorMigrations });
    store = createOperatorStore(await testBook.open());
    rival = createOperatorStore(await testBook.openRival());
    for (const deviceId of [box, otherBox]) {
      await store.enrolDevice({ deviceId, merchantId: 'm-1' as MerchantId, kid: 'k-1', x: 'x-1' }, 1);
    }
  });
  afterEach(() => testBook.remove());

  describe('commands', () => {
    it('come back as they were put, through every change', async () => {
      const command = commandOf(1);
      expect(await store.addCommand(command, 9)).toBe('added');
      expect(await store.findCommand(command.commandId)).toEqual(command);
      const end = {
        state: 'done',
        acceptedAtMs: 5,
        endedAtMs: 6,
        result: { lines: 3, ㄱ: '나' },
        attachment: { sha256: 'x', sizeBytes: 4, partCount: 1 },
        resultJws: 'jws',
      } as const;
      expect(await store.changeCommand(command, end)).toBe(true);
      expect(await store.findCommand(command.commandId)).toEqual({ ...command, ...end });
      expect(await store.findCommand(commandIdOf(9))).toBeUndefined();
    });

    it('are added once, and up to a bound for each box', async () => {
      expect(await store.addCommand(commandOf(1), 2)).toBe('added');
      expect(await store.addCommand(commandOf(1, { deviceId: otherBox }), 2)).toBe('known');
      expect(await store.addCommand(commandOf(2), 2)).toBe('added');
      expect(await store.addCommand(commandOf(3), 2)).toBe('full');
      expect(await store.addCommand(commandOf(4, { deviceId: otherBox }), 2)).toBe('added');
      await store.changeCommand(commandOf(1), { state: 'failed', endedAtMs: 1, code: 'printer_fault' });
      expect(await store.addCommand(commandOf(3), 2)).toBe('added');
    });

    it('added by two at once are there once', async () => {
      const added = await Promise.all([store, rival].map((each) => each.addCommand(commandOf(1), 9)));
      expect(added.sort()).toEqual(['added', 'known']);
    });

    it('change only from the state they were read in', async () => {
      await store.addCommand(commandOf(1), 9);
      expect(await store.changeCommand(commandOf(1), { state: 'sent', sentAtMs: 2 })).toBe(true);
      expect(await rival.changeCommand(commandOf(1), { state: 'expired', endedAtMs: 3 })).toBe(false);
      expect(await store.findCommand(commandIdOf(1))).toMatchObject({ state: 'sent', sentAtMs: 2, endedAtMs: null });
    });

    it('are listed newest first by box, and those that have not ended oldest first', async () => {
      for (const serial of [1, 2, 3]) await store.addCommand(commandOf(serial), 9);
      await store.addCommand(commandOf(4, { deviceId: otherBox }), 9);
      await store.changeCommand(commandOf(2), { state: 'done', endedAtMs: 3, result: {} });
      const ids = (commands: StoredCommand[]) => commands.map(({ commandId }) => Number(commandId.slice(-3)));
      expect(ids(await store.listCommands(box, null, 2))).toEqual([3, 2]);
      expect(ids(await store.listCommands(box, commandIdOf(2), 2))).toEqual([1]);
      expect(ids(await store.listOpenCommands(box, 9))).toEqual([1, 3]);
      expect(ids(await store.listOpenCommands(null, 2))).toEqual([1, 3]);
      expect(await store.countOpenCommands()).toEqual({ queued: 3 });
    });

    it('keep the parts of one attachment, in order, however often they come', async () => {
      await store.addCommand(commandOf(1), 9);
      const put = (sha256: string, part: number, text: string) =>
        store.putAttachmentPart(commandIdOf(1), { sha256, part, data: Buffer.from(text) });
      const read = async (sha256: string) =>
        (await store.readAttachment(commandIdOf(1), sha256)).map((part) => Buffer.from(part).toString());
      await put('a', 1, 'two');
      await put('a', 0, 'one');
      await put('a', 0, 'one');
      expect(await read('a')).toEqual(['one', 'two']);
      await put('b', 0, 'new');
      expect([await read('a'), await read('b')]).toEqual([[], ['new']]);
    });

    it('go when they are old and have ended, their attachments earlier', async () => {
      for (const serial of [10, 20, 30]) {
        await store.addCommand(commandOf(serial), 9);
        await store.putAttachmentPart(commandIdOf(serial), { sha256: 'a', part: 0, data: Buffer.from('x') });
      }
      for (const serial of [10, 30]) await store.changeCommand(commandOf(serial), { state: 'done', endedAtMs: 40 });
      await store.dropOldCommands({ attachmentsMs: 25, commandsMs: 25 });
      expect((await store.listCommands(box, null, 9)).map(({ createdAtMs }) => createdAtMs)).toEqual([30, 20]);
      expect(await store.readAttachment(commandIdOf(20), 'a')).toEqual([]);
      expect(await store.readAttachment(commandIdOf(30), 'a')).toHaveLength(1);
    });
  });

  describe('alarms', () => {
    it('come back as they were put, through every change', async () => {
      const alarm = alarmOf(1, 'disk-low', { detail: '용지', count: 3, boxRaisedAtMs: 7, reportJws: 'jws' });
      expect(await store.raiseAlarm(alarm)).toBe(true);
      expect(await store.findAlarm(alarm.alarmId)).toEqual(alarm);
      const change = { acknowledgedAtMs: 8, acknowledgedBy: '김', acknowledgeNote: '갑니다', count: 4 };
      expect(await store.changeOpenAlarm(alarm.alarmId, change)).toBe(true);
      const cleared = { clearedAtMs: 9, clearedBy: '이', clearReason: '교체' };
      expect(await store.changeOpenAlarm(alarm.alarmId, cleared)).toBe(true);
      expect(await store.findAlarm(alarm.alarmId)).toEqual({ ...alarm, ...change, ...cleared });
      expect(await store.changeOpenAlarm(alarm.alarmId, { count: 5 })).toBe(false);
    });

    it('are open once for each box and code, also when two raise it at once', async () => {
      const raised = await Promise.all([store, rival].map((each, index) => each.raiseAlarm(alarmOf(index + 1))));
      expect(raised.sort()).toEqual([false, true]);
      const open = await store.findOpenAlarm(box, 'printer-fault');
      await store.changeOpenAlarm(open?.alarmId ?? alarmIdOf(0), { clearedAtMs: 5 });
      expect(await store.findOpenAlarm(box, 'printer-fault')).toBeUndefined();
      expect(await store.raiseAlarm(alarmOf(3))).toBe(true);
      expect(await store.raiseAlarm(alarmOf(4, 'printer-fault', { deviceId: otherBox }))).toBe(true);
      expect(await store.countOpenAlarms()).toEqual({ major: 2 });
    });

    it('of one code are told by box, up to a bound', async () => {
      await store.raiseAlarm(alarmOf(1, 'a'));
      await store.raiseAlarm(alarmOf(2, 'a', { deviceId: otherBox }));
      await store.raiseAlarm(alarmOf(3, 'b'));
      expect(await store.listBoxesWithOpen('a', 9)).toEqual([box, otherBox]);
      expect(await store.listBoxesWithOpen('a', 1)).toEqual([box]);
      await store.changeOpenAlarm(alarmIdOf(1), { clearedAtMs: 5 });
      expect(await store.listBoxesWithOpen('a', 9)).toEqual([otherBox]);
    });

    it('are listed by state, severity and box, newest first, page by page', async () => {
      await store.raiseAlarm(alarmOf(1, 'a'));
      await store.raiseAlarm(alarmOf(2, 'b', { severity: 'warning' }));
      await store.raiseAlarm(alarmOf(3, 'c', { deviceId: otherBox }));
      await store.raiseAlarm(alarmOf(4, 'd'));
      await store.changeOpenAlarm(alarmIdOf(1), { acknowledgedAtMs: 5, acknowledgedBy: 'x' });
      await store.changeOpenAlarm(alarmIdOf(4), { clearedAtMs: 6 });
      const list = async (differing: object) => {
        const query = { state: null, severity: null, deviceId: null, before: null, limit: 9, ...differing };
        return (await store.listAlarms(query)).map(({ code }) => code).join('');
      };
      expect(await list({})).toBe('dcba');
      expect(await list({ state: 'open' })).toBe('cba');
      expect(await list({ state: 'raised' })).toBe('cb');
      expect(await list({ state: 'acknowledged' })).toBe('a');
      expect(await list({ state: 'cleared' })).toBe('d');
      expect(await list({ severity: 'warning' })).toBe('b');
      expect(await list({ deviceId: box })).toBe('dba');
      expect(await list({ limit: 2 })).toBe('dc');
      expect(await list({ limit: 2, before: alarmIdOf(3) })).toBe('ba');
    });

    it('take a report whole, and only after the one that was read', async () => {
      await store.raiseAlarm(alarmOf(1, 'a'));
      const first = { journalId: 'j-1', revision: 3, formerJournalIds: [] };
      const change = [{ alarmId: alarmIdOf(1), change: { clearedAtMs: 5 } }];
      const taken = await Promise.all(
        [store, rival].map((each, index) =>
          each.takeReport(box, { read: undefined, next: first }, { raise: [alarmOf(index + 2, 'a')], change }),
        ),
      );
      expect(taken.sort()).toEqual([false, true]);
      expect(await store.findReportMark(box)).toEqual(first);
      expect(await store.listBoxAlarms(box)).toHaveLength(1);
      const second = { journalId: 'j-2', revision: 0, formerJournalIds: ['j-1'] };
      expect(await store.takeReport(box, { read: first, next: second }, { raise: [], change: [] })).toBe(true);
      expect(await store.takeReport(box, { read: first, next: second }, { raise: [], change: [] })).toBe(false);
      expect(await store.findReportMark(box)).toEqual(second);
    });

    it('cleared by hand are compared with, cleared by their source are not; old ones go', async () => {
      for (const serial of [1, 2, 3]) await store.raiseAlarm(alarmOf(serial, `c${serial}`));
      await store.changeOpenAlarm(alarmIdOf(1), { clearedAtMs: 5, clearedBy: 'x', clearReason: 'y' });
      await store.changeOpenAlarm(alarmIdOf(2), { clearedAtMs: 6 });
      expect((await store.listBoxAlarms(box)).map(({ code }) => code)).toEqual(['c3', 'c1']);
      await store.dropOldAlarms(6);
      expect(await store.findAlarm(alarmIdOf(1))).toBeUndefined();
      expect(await store.findAlarm(alarmIdOf(2))).toBeDefined();
      expect(await store.findAlarm(alarmIdOf(3))).toBeDefined();
    });
  });
});
