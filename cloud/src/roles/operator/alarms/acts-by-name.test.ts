import { randomBytes } from 'node:crypto';
import type { AlarmView } from '@scanpay/shared/api/alarms.ts';
import { expect, it, onTestFinished } from 'vitest';
import { createScryptPasswords } from '../../../drivers/passwords/scrypt-passwords.ts';
import { guardStaff } from '../../common/staff/staff-guard.ts';
import { createOperatorWorld } from '../testing/operator-world.ts';

const log = { info() {}, warn() {}, error() {} };

it('records the name of whoever signed in, whatever name the body says', async () => {
  const passwords = createScryptPasswords(randomBytes);
  const users = { 김담당: { role: 'staff', passwordHash: await passwords.hash('등대가 보이는 창') } } as const;
  const world = await createOperatorWorld();
  onTestFinished(() => world.dispose());
  const { app } = world.role;
  guardStaff(app, { section: { users }, passwords, scheduler: world.scheduler, randomBytes, log });
  const box = await world.enrol('box-1');
  const journalId = '01a20958-0000-7000-8000-000000000001';
  const open = ['printer-paper-out', 'scanner-gone'].map((code) => ({ code, raisedAtMs: 100, count: 1, detail: '' }));
  await world.deliver(await box.seal({ type: 'alarm.report', journalId, revision: 1, open }));

  const authorization = `Basic ${Buffer.from('김담당:등대가 보이는 창').toString('base64')}`;
  const ask = async <T>(method: 'GET' | 'POST', url: string, payload?: object): Promise<T> =>
    (
      await app.inject({ method, url, headers: { authorization }, ...(payload === undefined ? {} : { payload }) })
    ).json();
  const [paper, scanner] = (await ask<{ alarms: AlarmView[] }>('GET', '/v1/alarms')).alarms;
  const by = '다른 사람';
  expect(await ask('POST', `/v1/alarms/${paper?.alarmId}/acknowledge`, { by })).toMatchObject({
    acknowledgedBy: '김담당',
  });
  expect(await ask('POST', `/v1/alarms/${scanner?.alarmId}/clear`, { by, reason: '교체함' })).toMatchObject({
    clearedBy: '김담당',
  });
  const order = { order: { kind: 'ping' }, requestedBy: by };
  expect(await ask('POST', '/v1/devices/box-1/commands', order)).toMatchObject({ requestedBy: '김담당' });
  expect(await ask('GET', '/v1/signed-in')).toEqual({ name: '김담당', role: 'staff' });
});
