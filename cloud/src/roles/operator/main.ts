import { join } from 'node:path';
import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import {
  importOperatorSigningKey,
  importOperatorVerifyKey,
  importRegistrationBoxKey,
} from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { createKeyring, operatorVerifyKeyOf } from '@scanpay/shared/auth-barcode/keys.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { parseBrokerUrl } from '@scanpay/shared/wire/broker-url.ts';
import { importSigner, importVerifyKeys } from '@scanpay/shared/wire/message-key.ts';
import type { CompanySetting, RunningCompany } from '../../company.ts';
import type { OperatorConfigSection } from '../../config.ts';
import { createMerchants } from '../../core/verify/merchants.ts';
import { createEmbeddedBroker } from '../../drivers/broker/embedded-broker.ts';
import { createTokenAuthenticate } from '../../drivers/broker/token-authenticate.ts';
import { createKoreanCalendar } from '../../drivers/calendar/korean-calendar.ts';
import { createMqttDeviceLink } from '../../drivers/mqtt/mqtt-device-link.ts';
import type { HttpCall } from '../../drivers/peers/http-call.ts';
import { createPgApi, createStatementSenderApi } from '../../drivers/peers/peer-apis.ts';
import { createSqliteKysely, migrateToLatest, type SqliteConnection } from '../../drivers/sql/database.ts';
import { ledgerMigrations } from '../../drivers/sql/ledger/migrations.ts';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import { operatorMigrations } from '../../drivers/sql/operator/migrations.ts';
import { createOperatorStore } from '../../drivers/sql/operator/operator-store.ts';
import type { OperatorTables } from '../../drivers/sql/operator/tables.ts';
import type { DeviceLink } from '../../ports/device-link.ts';
import { addPages } from '../../web/add-pages.ts';
import { contractsPage, couponPage } from '../../web/pages.ts';
import { createAnswerHandler, createMerchantLink, type SendToDevice } from '../settle/merchant-link.ts';
import { createSettlement } from '../settle/settlement.ts';
import { addSettlementRoutes } from '../settle/settlement-routes.ts';
import type { OperatorKeys } from './operator-context.ts';
import { createOperatorRole, type OperatorRole } from './operator-role.ts';

type Setting = CompanySetting<SqliteConnection, HttpCall>;

/** Puts the operator together from its configuration: HTTP, database, broker and the link to the boxes. */
export async function setUpOperator(config: OperatorConfigSection, setting: Setting): Promise<RunningCompany> {
  const { scheduler, randomBytes, ids, log } = setting;
  const connection = setting.openDatabase(join(setting.folder, 'operator.sqlite'));
  const db = createSqliteKysely<OperatorTables>(connection);
  await migrateToLatest(db, { ...ledgerMigrations, ...operatorMigrations });
  const store = createOperatorStore(db);
  const keys = readKeys(config);
  const boxes = createBoxLink(config, setting, (message) => role.onDeviceMessage(message));
  const sendToDevice: SendToDevice = (deviceId, message) =>
    role.sendToDevice(deviceId, message.type === 'message.rejected' ? 'rejected' : 'settlement', message);
  const pgKeys = importVerifyKeys(config.pgKeys);
  const pgCall = setting.callTo('pg', config.pgUrl);
  const settlement = createSettlement({
    company: 'operator',
    store: createSettlementStore(db),
    closeBusinessDate: store.closeBusinessDate,
    merchants: createMerchantLink(sendToDevice),
    sender: createStatementSenderApi(pgCall),
    resolveSenderKey: (kid) => pgKeys.get(kid),
    signer: keys.message,
    scheduler,
    ids,
    log,
  });
  const { merchantDesk } = settlement;
  if (merchantDesk === null) throw new ScanPayError('internal', 'the operator has no merchant desk');
  const role: OperatorRole = createOperatorRole({
    store,
    pg: createPgApi(pgCall),
    mms: setting.mms,
    link: { publish: (...message) => boxes.link().publish(...message) },
    merchants: createMerchants(config.merchants),
    contractSeeds: config.merchants.flatMap(toContracts),
    calendar: createKoreanCalendar(config.calendar),
    keys,
    scheduler,
    randomBytes,
    log,
    couponPageBaseUrl: config.couponPageBaseUrl,
    limits: { ...toOfflineLimits(config.offline), refundWindowDays: config.refundWindowDays },
    onSettlementAnswer: createAnswerHandler({ desk: merchantDesk, sendToDevice, log }),
    // Nothing is kept at the broker for a box that was away: a statement it has not answered is sent again.
    onBoxOnline: (deviceId) => merchantDesk.presentPending(deviceId),
  });
  role.app.after(() => {
    addSettlementRoutes(role.app, settlement);
    addPages(role.app, [couponPage, contractsPage]);
  });
  return {
    app: role.app,
    async start() {
      await boxes.start();
      await role.start();
      await settlement.start();
    },
    async stop() {
      await role.stop();
      await settlement.stop();
      await boxes.stop();
      await db.destroy();
    },
    addresses: () => ({ broker: boxes.url() }),
  };
}

/** The broker inside this process, or the way to one outside, and the operator's own link to it. */
function createBoxLink(
  { broker: config }: OperatorConfigSection,
  { scheduler, randomBytes, log }: Setting,
  onMessage: OperatorRole['onDeviceMessage'],
) {
  const cloudToken = Buffer.from(randomBytes(24)).toString('base64url');
  const embedded =
    config.kind === 'external'
      ? null
      : createEmbeddedBroker({
          host: config.host,
          port: config.port,
          authenticate: createTokenAuthenticate({
            cloudToken,
            findToken: async (deviceId) => config.tokens[deviceId],
          }),
          limits: { burstPackets: config.burstPackets, packetsPerSecond: config.packetsPerSecond },
          scheduler,
          onNotice: (notice) => log.warn(notice, 'broker'),
        });
  let url = config.kind === 'external' ? config.url : '';
  let link: DeviceLink | undefined;
  const connect = (): DeviceLink => {
    const broker = parseBrokerUrl(url);
    if (!broker.ok) throw new ScanPayError(broker.code, broker.detail);
    const external = config.kind === 'external' ? config : null;
    return createMqttDeviceLink({
      broker: broker.value,
      username: external?.username ?? 'cloud',
      password: external?.password ?? cloudToken,
      ...(external?.sharedGroup === undefined ? {} : { sharedGroup: external.sharedGroup }),
      scheduler,
      randomBytes,
      events: {
        onMessage,
        onState: (connected) => log.info({ connected }, 'link to the boxes'),
        onProblem: (problem) => log.warn(problem, 'link to the boxes'),
      },
    });
  };
  return {
    url: () => url,
    /** @throws ScanPayError `upstream_unavailable` before `start`. */
    link(): DeviceLink {
      if (link === undefined) throw new ScanPayError('upstream_unavailable', 'not started');
      return link;
    },
    async start(): Promise<void> {
      if (embedded !== null && config.kind === 'embedded') {
        url = `mqtt://${config.host}:${(await embedded.start()).port}`;
      }
      link = connect();
      await link.start();
    },
    async stop(): Promise<void> {
      await link?.stop();
      await embedded?.stop();
    },
  };
}

function readKeys(config: OperatorConfigSection): OperatorKeys {
  const signing = importOperatorSigningKey(config.couponKey);
  const former = config.formerCouponKeys.map(importOperatorVerifyKey);
  const [registrationBox, ...formerBoxes] = config.registrationKeys.map(importRegistrationBoxKey);
  if (registrationBox === undefined) throw new ScanPayError('configuration', 'operator.registrationKeys is empty');
  return {
    signing,
    verify: createKeyring([operatorVerifyKeyOf(signing), ...former]),
    registrationBox,
    registrationBoxes: createKeyring([registrationBox, ...formerBoxes]),
    message: importSigner(config.messageKey),
  };
}

function toContracts({ merchantId, contracts }: OperatorConfigSection['merchants'][number]): ContractVersion[] {
  return contracts.map((contract) => ({ merchantId, ...contract }));
}

function toOfflineLimits({ validForMs, ...offline }: OperatorConfigSection['offline']) {
  return { offline, termsValidForMs: validForMs };
}
