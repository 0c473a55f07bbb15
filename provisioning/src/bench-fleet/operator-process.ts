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

/** What the bench asks for. `since`: epoch milliseconds; each answers with milliseconds from then to when it was so. */
export type OperatorQuestion =
  | { kind: 'await-online'; sinceMs: number; boxes: number }
  | { kind: 'set-all'; settings: object; boxes: number };

/** The ordinary operator on a SQLite file, with nobody to ask and nothing to sell: only its boxes. */
const [, , worldPath = '', brokerUrl = '', token = '', name = ''] = process.argv;
const { folder, ca, link: own, operatorKey, boxes } = readWorld(worldPath);
const shop = 'm-bench' as MerchantId;
const pollMs = 25;
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
  ...(token === '' ? { tls: { ca, cert: own.cert, key: own.key } } : { username: 'cloud', password: token }),
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

async function until(sinceMs: number, isSo: () => Promise<boolean>): Promise<number> {
  while (!(await isSo())) await delay(pollMs);
  return Date.now() - sinceMs;
}

async function answer(question: OperatorQuestion): Promise<number> {
  if (question.kind === 'await-online') {
    const { sinceMs, boxes: wanted } = question;
    return until(sinceMs, async () => (await countOnline(sinceMs)) === wanted);
  }
  const sinceMs = Date.now();
  const reply = await role.app.inject({
    method: 'POST',
    url: `/v1/groups/${group}/config`,
    payload: { settings: question.settings },
  });
  const { changed } = reply.json<{ changed: number }>();
  if (changed !== question.boxes) throw new Error(`${changed} boxes got new settings: ${reply.body}`);
  return until(sinceMs, async () => (await store.countFleet()).notConfigured === 0);
}

answerQuestions({}, answer, async () => {
  await role.stop();
  await link.stop();
  await db.destroy();
});
