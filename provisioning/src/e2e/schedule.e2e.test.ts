import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CouponSchedule, NoShowList, ScheduleChangeReply } from '@scanpay/shared/api/schedule.ts';
import { addBusinessDays, businessDateAt } from '@scanpay/shared/clock.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { callJson } from '../demo/call-json.ts';
import { createTravellers } from '../demo/customers.ts';
import { startWorld, type World } from '../demo/world.ts';
import { createCompaniesApart } from './companies-apart.ts';

const mobile = '01020000009';
let folder: string;
let world: World;
let apart: ReturnType<typeof createCompaniesApart>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'schedule-'));
  apart = createCompaniesApart(folder);
  const ports = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
  const launchCloud = apart.launch;
  world = await startWorld({ dataDir: join(folder, 'world'), ports, hasCamera: false, launchCloud });
}, 240_000);
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the customer's phone got, words only. */
function readMessages(): string[] {
  const phone = join(folder, 'operator', 'mms', mobile);
  const names = readdirSync(phone).filter((name) => name.endsWith('.txt'));
  return names.map((name) => readFileSync(join(phone, name), 'utf8'));
}

it('changes a schedule though both companies are killed on the way, and the same barcode pays', {
  timeout: 180_000,
}, async () => {
  const ids = createIdMaker(systemScheduler, randomBytes);
  const registrationId = ids.registrationId();
  const travellers = createTravellers({
    pgUrl: world.urls.pg,
    mmsDir: join(folder, 'operator', 'mms'),
    ids: { ...ids, registrationId: () => registrationId },
  });
  const coupon = await travellers.getCoupon({
    name: '김민수',
    mobile,
    offers: [{ offerId: 'o-seafood-set', headcount: 2 }],
  });
  const today = businessDateAt(Date.now());
  const change = {
    ...{ changeId: ids.messageId(), offerId: 'o-seafood-set', headcount: 3, reason: '한 명 더' },
    ...{ visitFrom: today, visitTo: addBusinessDays(today, 1) },
  };
  const ask = () =>
    callJson(
      'POST',
      `${world.urls.pg}/v1/registrations/${registrationId}/schedule-changes`,
      change,
    ) as Promise<ScheduleChangeReply>;

  await apart.services.get('operator')?.kill();
  expect(await ask()).toMatchObject({ state: 'pending' });
  await apart.services.get('pg')?.kill();
  await apart.start('pg');
  await apart.start('operator');
  await vi.waitFor(async () => expect(await ask()).toMatchObject({ state: 'applied' }), {
    timeout: 60_000,
    interval: 500,
  });

  const schedule = `${world.urls.operator}/v1/schedules?couponId=${coupon.couponId}`;
  expect((await callJson('GET', schedule)) as CouponSchedule).toMatchObject({
    items: [{ headcount: 3, visitFrom: today, visitTo: addBusinessDays(today, 1), changes: [{ state: 'applied' }] }],
  });
  const told = () => readMessages().filter((text) => text.includes('이용 일정이 변경되었습니다'));
  await until(() => expect(told()).toHaveLength(1));

  await world.clerk.waitUntilReady();
  await world.clerk.enterSale({ tender: 'card', listAmountWon: 60_000, headcount: 3 });
  await world.hardware.scan(coupon.barcode);
  const shown = await world.clerk.waitFor('approved', 'declined', 'refused', 'unknown', 'recheck');
  expect(shown).toMatchObject({ kind: 'approved', approval: { headcount: 3 } });
  const list = (await callJson('GET', `${world.urls.operator}/v1/no-shows?date=${today}`)) as NoShowList;
  expect(list).toMatchObject({ isComplete: false, noShows: [] });
  expect(told()).toHaveLength(1);
});
