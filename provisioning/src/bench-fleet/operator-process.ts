import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createMerchants } from '@scanpay/cloud/core/verify/merchants.ts';
import { createKoreanCalendar } from '@scanpay/cloud/drivers/calendar/korean-calendar.ts';
import { createMqttDeviceLink } from '@scanpay/cloud/drivers/mqtt/mqtt-device-link.ts';
import { createSqliteKysely, migrateToLatest, openSqliteFile } from '@scanpay/cloud/drivers/sql/database.ts';
import { ledgerMigrations } from '@scanpay/cloud/drivers/sql/ledger/migrations.ts';
import { operatorMigrations } from '@scanpay/cloud/drivers/sql/operator/migrations.ts';
import { createOperatorStore } from '@scanpay/cloud/drivers/sql/operator/operator-store.ts';
import type { OperatorTables } from '@scanpay/cloud/drivers/sql/operator/tables.ts';
import { createOperatorRole, type OperatorRole } from '@scanpay/cloud/roles/operator/operator-role.ts';
import {
  createKeyring,
  makeOperatorSigningKey,
  makeRegistrationBoxKey,
  operatorVerifyKeyOf,
} from '@scanpay/shared/auth-barcode/keys.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { parseBrokerUrl } from '@scanpay/shared/wire/broker-url.ts';
import { importSigner } from '@scanpay/shared/wire/message-key.ts';
import { answerQuestions } from '../bench/answer-questions.ts';
import { readWorld } from './read-world.ts';

/**
 * `set-all` answers with how many boxes got new settings. The others answer with whether it is so already, after a while at
 * most: every box has come online since then (epoch milliseconds), or every box has said that it runs what is desired.
 */
export type OperatorQuestion =
  | { kind: 'set-all'; settings: object }
  | { kind: 'is-online'; sinceMs: number; boxes: number }
  | { kind: 'is-configured' };

/** The ordinary operator on a SQLite file, with nobody to ask and nothing to sell: only its boxes. */
const [, , worldPath = '', brokerUrl = '', token = '', name = ''] = process.argv;
const { folder, ca, link: own, operatorKey, boxes } = readWorld(worldPath);
const shop = 'm-bench' as MerchantId;
const pollMs = 25;
const patienceMs = 20_000;
const group = 'bench';

const db = createSqliteKysely<OperatorTables>(openSqliteFile(join(folder, `operator-${name}.sqlite`)));
await migrateToLatest(db, { ...ledgerMigrations, ...operatorMigrations });
const store = createOperatorStore(db);
for (const { deviceId, signingKey } of boxes) {
  const { kid, x } = signingKey;
  await store.enrolDevice({ deviceId, merchantId: shop, kid, x }, Date.now());
  await store.setGroup(deviceId, group, { nowMs: Date.now(), maxGroups: 1 });
}

const parsed = parseBrokerUrl(brokerUrl);
if (!parsed.ok) throw new Error(parsed.detail);
const link = createMqttDeviceLink({
  broker: parsed.value,
  ...(token === '' ? { tls: () => ({ ca, cert: own.cert, key: own.key }) } : { username: 'cloud', password: token }),
  scheduler: systemScheduler,
  randomBytes,
  events: {
    onMessage: (message) => role.onDeviceMessage(message),
    onState: (connected) => role.onLinkState(connected),
    onProblem: ({ kind, detail }) => process.stderr.write(`${kind} ${detail}\n`),
  },
});
const signing = makeOperatorSigningKey(1, randomBytes);
const registrationBox = makeRegistrationBoxKey(1, randomBytes);
const nobody = () => Promise.reject(new Error('nobody is asked here'));
const role: OperatorRole = createOperatorRole({
  store,
  pg: { requestCardDeletion: nobody, approve: nobody, inquire: nobody, reverse: nobody, cancel: nobody } as never,
  mms: { send: nobody },
  link,
  merchants: createMerchants([{ merchantId: shop, name: '벤치 식당', businessNumber: '123-45-67890' }]),
  contractSeeds: [],
  calendar: createKoreanCalendar({ extraHolidays: [], ownYears: [] }),
  keys: {
    signing,
    verify: createKeyring([operatorVerifyKeyOf(signing)]),
    registrationBox,
    registrationBoxes: createKeyring([registrationBox]),
    message: importSigner(operatorKey),
  },
  // No payment is made here, so the PG says nothing.
  resolvePgKey: () => undefined,
  scheduler: systemScheduler,
  randomBytes,
  log: { info: () => undefined, warn: () => undefined, error: (fields, text) => console.error(text, fields) },
  couponPageBaseUrl: null,
  limits: { maxWaitingMessages: boxes.length * 4 + 4_096 },
  onSettlementAnswer: () => undefined,
  onBoxOnline: () => undefined,
});
await role.start();
await link.start();

const countOnline = async (sinceMs: number): Promise<number> => {
  const row = await db
    .selectFrom('operator_device_states')
    .select(({ fn }) => fn.countAll<number>().as('boxes'))
    .where('online', '=', 1)
    .where('since_ms', '>=', sinceMs)
    .executeTakeFirstOrThrow();
  return row.boxes;
};

/** Within the deadline of a question, and seldom enough to be no load. */
async function until(isSo: () => Promise<boolean>): Promise<boolean> {
  const endMs = Date.now() + patienceMs;
  while (Date.now() < endMs) {
    if (await isSo()) return true;
    await delay(pollMs);
  }
  return false;
}

async function answer(question: OperatorQuestion): Promise<boolean | number> {
  if (question.kind === 'is-online') {
    const { sinceMs, boxes: wanted } = question;
    return until(async () => (await countOnline(sinceMs)) === wanted);
  }
  if (question.kind === 'is-configured') return until(async () => (await store.countFleet()).notConfigured === 0);
  const { settings } = question;
  const payload = { settings };
  const reply = await role.app.inject({ method: 'POST', url: `/v1/groups/${group}/config`, payload });
  return reply.json<{ changed: number }>().changed;
}

answerQuestions({}, answer, async () => {
  await role.stop();
  await link.stop();
  await db.destroy();
});
