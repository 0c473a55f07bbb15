import { join } from 'node:path';
import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import { parseBrokerUrl } from '@scanpay/shared/wire/broker-url.ts';
import { importVerifyKeys } from '@scanpay/shared/wire/message-key.ts';
import type { Kysely } from 'kysely';
import type { CompanySetting, RunningCompany } from '../../company.ts';
import type { OperatorConfigSection } from '../../config.ts';
import { createMerchants, type Merchants } from '../../core/verify/merchants.ts';
import { createKoreanBulkTransfer } from '../../drivers/bank/korean-bulk-transfer.ts';
import { createCertificateAuthenticate } from '../../drivers/broker/certificate-authenticate.ts';
import { createEmbeddedBroker } from '../../drivers/broker/embedded-broker.ts';
import { createTokenAuthenticate } from '../../drivers/broker/token-authenticate.ts';
import { createKoreanCalendar } from '../../drivers/calendar/korean-calendar.ts';
import { openFileCertificateAuthority } from '../../drivers/certificates/file-certificate-authority.ts';
import { createTlsListener } from '../../drivers/certificates/tls-listener.ts';
import { createMqttDeviceLink } from '../../drivers/mqtt/mqtt-device-link.ts';
import type { HttpCall } from '../../drivers/peers/http-call.ts';
import { createPgApi, createStatementSenderApi } from '../../drivers/peers/peer-apis.ts';
import { migrateToLatest, type SqliteConnection } from '../../drivers/sql/database.ts';
import { readDatabaseBytes } from '../../drivers/sql/database-size.ts';
import { ledgerMigrations } from '../../drivers/sql/ledger/migrations.ts';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import { createTransferReader } from '../../drivers/sql/ledger/transfer-reader.ts';
import { openBook } from '../../drivers/sql/open-book.ts';
import { operatorMigrations } from '../../drivers/sql/operator/migrations.ts';
import { createOperatorStore } from '../../drivers/sql/operator/operator-store.ts';
import type { OperatorTables } from '../../drivers/sql/operator/tables.ts';
import type { BankingCalendar } from '../../ports/calendar.ts';
import type { OwnIdentity } from '../../ports/certificate-authority.ts';
import type { DeviceLink } from '../../ports/device-link.ts';
import type { OperatorStore } from '../../ports/operator-store.ts';
import { addPages } from '../../web/add-pages.ts';
import { alarmsPage, boxPage, contractsPage, couponPage } from '../../web/pages.ts';
import { meterCompany } from '../common/meter-company.ts';
import type { RoleApp } from '../common/role-app.ts';
import { addStatementFileRoutes } from '../settle/files/statement-file-routes.ts';
import { createAnswerHandler, createMerchantLink, type SendToDevice } from '../settle/merchant-link.ts';
import { createSettlement, type Settlement } from '../settle/settlement.ts';
import { addSettlementRoutes } from '../settle/settlement-routes.ts';
import { addIdentityRoutes } from './enrol/identity-routes.ts';
import { type Identity, type IdentityParts, openIdentity } from './enrol/open-identity.ts';
import type { OperatorKeys } from './operator-context.ts';
import { createOperatorRole, type OperatorRole } from './operator-role.ts';
import { createPayoutTerms } from './payout-terms.ts';
import { readOperatorKeys } from './read-operator-keys.ts';
import { addTransferRoutes } from './routes/transfer-routes.ts';
import { createTransferDesk } from './transfer-desk.ts';

type Setting = CompanySetting<SqliteConnection, HttpCall>;

/** Puts the operator together from its configuration: HTTP, database, broker and the link to the boxes. */
export async function setUpOperator(
  config: OperatorConfigSection,
  setting: Setting,
): Promise<RunningCompany & { enrolmentApp: RoleApp | null }> {
  const { scheduler, randomBytes, log } = setting;
  const db = openBook<OperatorTables>(
    config.database,
    () => setting.openDatabase(join(setting.folder, 'operator.sqlite')),
    (problem) => log.warn(problem, 'connection to the database'),
  );
  await migrateToLatest(db, { ...ledgerMigrations, ...operatorMigrations });
  const store = createOperatorStore(db);
  const books = createSettlementStore(db);
  const keys = readOperatorKeys(config);
  const merchants = createMerchants(config.merchants);
  const identity = isByCertificate(config)
    ? await openOwnIdentity(config, setting, {
        store,
        merchants,
        brokerUrl: () => boxes.boxUrl(),
        dropConnections: (serial) => boxes.dropCertificate(serial),
        setServerIdentity: (own) => boxes.setServerIdentity(own),
      })
    : null;
  const boxes = createBoxLink(config, setting, identity, (message) => role.onDeviceMessage(message));
  const sendToDevice: SendToDevice = (deviceId, message) =>
    role.sendToDevice(deviceId, message.type === 'message.rejected' ? 'rejected' : 'settlement', message);
  const calendar = createKoreanCalendar(config.calendar);
  const pgCall = setting.callTo('pg', config.pgUrl);
  const settlement = openSettlement(config, setting, { db, store, keys, calendar, pgCall, sendToDevice });
  const { merchantDesk } = settlement;
  if (merchantDesk === null) throw new ScanPayError('internal', 'the operator has no merchant desk');
  const role: OperatorRole = createOperatorRole({
    store,
    pg: createPgApi(pgCall),
    mms: setting.mms,
    link: { publish: (...message) => boxes.link().publish(...message) },
    merchants,
    contractSeeds: config.merchants.flatMap(toContracts),
    calendar,
    keys,
    scheduler,
    randomBytes,
    log,
    couponPageBaseUrl: config.couponPageBaseUrl,
    limits: { ...toOfflineLimits(config.offline), refundWindowDays: config.refundWindowDays },
    onSettlementAnswer: createAnswerHandler({ desk: merchantDesk, sendToDevice, log }),
    // Nothing is kept at the broker for a box that was away: a statement it has not answered is sent again.
    onBoxOnline: (deviceId) => merchantDesk.presentPending(deviceId),
    listTardyTerminals: books.listTardyTerminals,
    ...(setting.measured === undefined ? {} : { metrics: setting.measured.metrics }),
  });
  meterCompany(role.app, setting.measured, { store: books, readSizeBytes: () => readDatabaseBytes(db) });
  role.app.after(() => {
    addSettlementRoutes(role.app, settlement);
    if (identity !== null) addIdentityRoutes(role.app, identity.context);
    addFiles(role.app, { db, settlement, merchants, scheduler, log });
    addPages(role.app, [couponPage, contractsPage, alarmsPage, boxPage]);
  });
  return {
    app: role.app,
    enrolmentApp: identity?.app ?? null,
    async start() {
      await boxes.start();
      await identity?.start();
      await role.start();
      await settlement.start();
    },
    async stop() {
      await role.stop();
      await settlement.stop();
      await identity?.stop();
      await boxes.stop();
      await db.destroy();
    },
    addresses: () => ({ broker: boxes.url(), ...identity?.addresses() }),
  };
}

interface FileParts extends Pick<Setting, 'scheduler' | 'log'> {
  db: Kysely<OperatorTables>;
  settlement: Settlement;
  merchants: Merchants;
}

/** What one takes along: statements, and what the bank is told to pay. */
function addFiles(app: RoleApp, { db, settlement, merchants, scheduler, log }: FileParts): void {
  addStatementFileRoutes(app, { settlement, findParty: (party) => merchants.find(party as MerchantId), log });
  const desk = createTransferDesk({ reader: createTransferReader(db), merchants, clock: scheduler });
  addTransferRoutes(app, { desk, file: createKoreanBulkTransfer(), log });
}

interface SettlementParts {
  db: Kysely<OperatorTables>;
  store: OperatorStore;
  keys: OperatorKeys;
  calendar: BankingCalendar;
  pgCall: HttpCall;
  sendToDevice: SendToDevice;
}

function openSettlement(config: OperatorConfigSection, { scheduler, ids, log }: Setting, parts: SettlementParts) {
  const { db, store, keys, calendar, pgCall, sendToDevice } = parts;
  const pgKeys = importVerifyKeys(config.pgKeys);
  return createSettlement({
    company: 'operator',
    store: createSettlementStore(db),
    closeBusinessDate: store.closeBusinessDate,
    merchants: createMerchantLink(sendToDevice),
    payoutDateOf: createPayoutTerms({ store, calendar }),
    contractVersionOf: async (paymentId) => (await store.findPayment(paymentId))?.terms?.contractVersion ?? null,
    sender: createStatementSenderApi(pgCall),
    resolveSenderKey: (kid) => pgKeys.get(kid),
    signer: keys.message,
    scheduler,
    ids,
    log,
  });
}

/** The broker inside this process, or the way to one outside, and the operator's own link to it. */
function createBoxLink(
  { broker: config }: OperatorConfigSection,
  { scheduler, randomBytes, log }: Setting,
  identity: Identity | null,
  onMessage: OperatorRole['onDeviceMessage'],
) {
  const cloudToken = Buffer.from(randomBytes(24)).toString('base64url');
  const embedded =
    config.kind === 'external'
      ? null
      : createEmbeddedBroker({
          host: config.host,
          port: config.port,
          ...(identity === null
            ? {
                authenticate: createTokenAuthenticate({
                  cloudToken,
                  findToken: async (deviceId) => config.tokens[deviceId],
                }),
              }
            : toBrokerIdentity(identity)),
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
      ...(identity === null
        ? { username: external?.username ?? 'cloud', password: external?.password ?? cloudToken }
        : { tls: { ca: identity.ca, cert: identity.link.cert, key: identity.link.key } }),
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
    /** As boxes reach it. */
    boxUrl: () => (config.kind === 'embedded' ? (config.url ?? url) : url),
    dropCertificate: (serial: string) => embedded?.dropCertificate(serial),
    setServerIdentity: (own: OwnIdentity) => embedded?.setServerIdentity(own),
    /** @throws ScanPayError `upstream_unavailable` before `start`. */
    link(): DeviceLink {
      if (link === undefined) throw new ScanPayError('upstream_unavailable', 'not started');
      return link;
    },
    async start(): Promise<void> {
      if (embedded !== null && config.kind === 'embedded') {
        const { port } = await embedded.start();
        url = `${identity === null ? 'mqtt' : 'mqtts'}://${config.host}:${port}`;
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

const isByCertificate = ({ broker }: OperatorConfigSection): boolean =>
  broker.kind === 'embedded' && broker.boxes === 'certificate';

/** Claims, certificates and the service where boxes enrol. */
async function openOwnIdentity(
  config: OperatorConfigSection,
  { folder, scheduler, randomBytes, log }: Setting,
  deps: Pick<IdentityParts, 'store' | 'merchants' | 'brokerUrl' | 'dropConnections' | 'setServerIdentity'>,
): Promise<Identity> {
  const path = join(folder, 'identity', 'authority.pem');
  const authority = await openFileCertificateAuthority({ path, clock: scheduler, randomBytes });
  return openIdentity(config, { ...deps, authority, createTlsListener, scheduler, randomBytes, log });
}

/** What the broker needs to know boxes by certificate. */
function toBrokerIdentity({ ca, server, link, identifyBox }: Identity) {
  return {
    tls: {
      cert: server.cert,
      key: server.key,
      ca,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3' as const,
    },
    authenticate: createCertificateAuthenticate({ linkSerial: link.serial, identifyBox }),
  };
}

function toContracts({ merchantId, contracts }: OperatorConfigSection['merchants'][number]): ContractVersion[] {
  return contracts.map((contract) => ({ merchantId, ...contract }));
}

function toOfflineLimits({ validForMs, ...offline }: OperatorConfigSection['offline']) {
  return { offline, termsValidForMs: validForMs };
}
