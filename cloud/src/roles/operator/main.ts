import { join } from 'node:path';
import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import type { ResolveKey } from '@scanpay/shared/wire/envelope.ts';
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
import { createSandboxIssuer } from '../../drivers/cash-receipts/sandbox-issuer.ts';
import { openFileCertificateAuthority } from '../../drivers/certificates/file-certificate-authority.ts';
import { createTlsListener } from '../../drivers/certificates/tls-listener.ts';
import { openPeerLink } from '../../drivers/links/open-peer-link.ts';
import { createMqttDeviceLink } from '../../drivers/mqtt/mqtt-device-link.ts';
import type { HttpCall } from '../../drivers/peers/http-call.ts';
import { createPgApi, createStatementSenderApi } from '../../drivers/peers/peer-apis.ts';
import { createReleaseFiles } from '../../drivers/releases/release-files.ts';
import { migrateToLatest, type SqliteConnection } from '../../drivers/sql/database.ts';
import { readDatabaseBytes } from '../../drivers/sql/database-size.ts';
import { ledgerMigrations } from '../../drivers/sql/ledger/migrations.ts';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import { createTransferReader } from '../../drivers/sql/ledger/transfer-reader.ts';
import { linkMigrations } from '../../drivers/sql/links/migrations.ts';
import { asLinks, createNonceStore } from '../../drivers/sql/links/nonce-store.ts';
import { openBook } from '../../drivers/sql/open-book.ts';
import { operatorMigrations } from '../../drivers/sql/operator/migrations.ts';
import { createOperatorStore } from '../../drivers/sql/operator/operator-store.ts';
import { createReleaseStore } from '../../drivers/sql/operator/release-store.ts';
import type { OperatorTables } from '../../drivers/sql/operator/tables.ts';
import type { BankingCalendar } from '../../ports/calendar.ts';
import type { DeviceLinkEvents } from '../../ports/device-link.ts';
import type { OperatorStore } from '../../ports/operator-store.ts';
import { guardLinks } from '../common/link-guard.ts';
import type { RoleApp } from '../common/role-app.ts';
import { addStatementFileRoutes } from '../settle/files/statement-file-routes.ts';
import type { MerchantDesk } from '../settle/merchant-desk.ts';
import { createAnswerHandler, createMerchantLink, type SendToDevice } from '../settle/merchant-link.ts';
import { createSettlement, type Settlement } from '../settle/settlement.ts';
import { type BoxLink, createBoxLink } from './box-link.ts';
import { completeApp } from './complete-app.ts';
import { type Identity, type IdentityParts, openIdentity } from './enrol/open-identity.ts';
import { createKeyChange } from './keys/change-keys.ts';
import { createKeyDesk } from './keys/key-desk.ts';
import { createLiveKeys } from './keys/live-keys.ts';
import type { OperatorKeys } from './operator-context.ts';
import { createOperatorRole, type OperatorRole } from './operator-role.ts';
import { createPayoutTerms } from './payout-terms.ts';
import { openReleases } from './releases/open-releases.ts';
import { addTransferRoutes } from './routes/transfer-routes.ts';
import { createTransferDesk } from './transfer-desk.ts';

type Setting = CompanySetting<SqliteConnection, HttpCall>;

/** Puts the operator together from its configuration: HTTP, database, broker and the link to the boxes. */
export async function setUpOperator(
  config: OperatorConfigSection,
  setting: Setting,
): Promise<RunningCompany & { enrolmentApp: RoleApp | null }> {
  const { scheduler, randomBytes, log } = setting;
  const { db, store, links } = await openBooks(config, setting);
  const books = createSettlementStore(db);
  const keys = createLiveKeys(config, {
    clock: scheduler,
    readCas: () => identity?.context.authorities().map(({ certificatePem }) => certificatePem) ?? [],
  });
  const merchants = createMerchants(config.merchants);
  const held = { store, merchants, signer: keys.own.message, keySet: keys.keySet };
  const identity = await openOwnIdentity(config, setting, held, () => boxes);
  const boxes = openBoxLink(config, setting, identity, {
    onMessage: (message) => role.onDeviceMessage(message),
    onState: (connected) => role.onLinkState(connected),
  });
  const sendToDevice: SendToDevice = (deviceId, message) =>
    role.sendToDevice(deviceId, message.type === 'message.rejected' ? 'rejected' : 'settlement', message);
  const calendar = createKoreanCalendar(config.calendar);
  const pgCall = setting.callTo('pg', config.pgUrl, links.link);
  let pgKeys = importVerifyKeys(config.pgKeys);
  const resolvePgKey = (kid: string) => pgKeys.get(kid);
  const parts = { db, store, keys: keys.own, calendar, pgCall, resolvePgKey, sendToDevice };
  const settlement = openSettlement(setting, parts);
  const { lineDesk } = settlement;
  const merchantDesk = requireDesk(settlement);
  const releases = openReleases(config.releases, {
    ...setting,
    store: createReleaseStore(db),
    files: createReleaseFiles(join(setting.folder, 'releases')),
    enrolmentUrl: () => identity?.addresses().enrolment,
    send: (...said) => role.sendToDevice(...said),
  });
  const desk = createKeyDesk({
    ...{ store, keySet: keys.keySet, clock: scheduler, log },
    publish: (deviceId, set) => role.sendToDevice(deviceId, 'keys', { type: 'operator.keys', ...set }),
  });
  const role: OperatorRole = createOperatorRole({
    store,
    pg: createPgApi(pgCall),
    mms: setting.mms,
    issuer: createSandboxIssuer({ directory: join(setting.folder, 'cash-receipts') }),
    link: { publish: (...message) => boxes.link().publish(...message) },
    merchants,
    contractSeeds: config.merchants.flatMap(toContracts),
    calendar,
    keys: keys.own,
    resolvePgKey,
    ...{ scheduler, randomBytes, log },
    couponPageBaseUrl: config.couponPageBaseUrl,
    limits: toLimits(config),
    onSettlementWord: createAnswerHandler({ desk: merchantDesk, lineDesk, sendToDevice, log }),
    // Nothing is kept at the broker for a box that was away: a statement it has not answered is sent again.
    onBoxOnline: async (deviceId) => {
      await desk.send(deviceId);
      await Promise.all([merchantDesk.presentPending(deviceId), releases.boxOnline(deviceId)]);
    },
    onKeysHeld: desk.noteHeld,
    onReleaseReport: releases.takeReport,
    listTardyTerminals: books.listTardyTerminals,
    ...(setting.measured === undefined ? {} : { metrics: setting.measured.metrics }),
  });
  completeApp(role.app, {
    ...{ setting, books, settlement, desk, identity, link: links.link },
    readSizeBytes: () => readDatabaseBytes(db),
    addFiles: () => addFiles(role.app, { db, settlement, merchants, scheduler, log }),
    addReleases: () => releases.addRoutes(role.app),
  });
  if (identity !== null) releases.addService(identity.app);
  return {
    app: role.app,
    enrolmentApp: identity?.app ?? null,
    async start() {
      await boxes.start();
      await identity?.start();
      await role.start();
      await settlement.start();
      releases.start();
    },
    async stop() {
      for (const part of [releases, role, settlement, identity, boxes]) await part?.stop();
      await db.destroy();
    },
    changeKeys: createKeyChange({
      ...{ keys, links, identity, desk },
      changePgKeys: (jwks) => {
        pgKeys = importVerifyKeys(jwks);
      },
      openAuthorities: (next) => openAuthorities(next, setting),
    }),
    addresses: () => ({ broker: boxes.url(), ...identity?.addresses() }),
  };
}

async function openBooks(config: OperatorConfigSection, setting: Setting) {
  const { scheduler: clock, randomBytes, log } = setting;
  const db = openBook<OperatorTables>(
    config.database,
    () => setting.openDatabase(join(setting.folder, 'operator.sqlite')),
    (problem) => log.warn(problem, 'connection to the database'),
  );
  await migrateToLatest(db, { ...ledgerMigrations, ...linkMigrations, ...operatorMigrations });
  const nonces = createNonceStore(asLinks(db));
  const links = openPeerLink('operator', config.links, { nonces, clock, randomBytes });
  return { db, store: createOperatorStore(db), links };
}

function requireDesk({ merchantDesk }: Settlement): MerchantDesk {
  if (merchantDesk === null) throw new ScanPayError('internal', 'the operator has no merchant desk');
  return merchantDesk;
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
  resolvePgKey: ResolveKey;
  sendToDevice: SendToDevice;
}

function openSettlement({ scheduler, ids, log }: Setting, parts: SettlementParts) {
  const { db, store, keys, calendar, pgCall, resolvePgKey, sendToDevice } = parts;
  return createSettlement({
    company: 'operator',
    store: createSettlementStore(db),
    closeBusinessDate: store.closeBusinessDate,
    merchants: createMerchantLink(sendToDevice),
    payoutDateOf: createPayoutTerms({ store, calendar }),
    contractVersionOf: async (paymentId) => (await store.findPayment(paymentId))?.terms?.contractVersion ?? null,
    sender: createStatementSenderApi(pgCall),
    resolveSenderKey: resolvePgKey,
    signer: keys.message,
    scheduler,
    ids,
    log,
  });
}

/** The drivers of the way to the boxes. */
function openBoxLink(
  config: OperatorConfigSection,
  { scheduler, randomBytes, log }: Setting,
  identity: Identity | null,
  events: Pick<DeviceLinkEvents, 'onMessage' | 'onState'>,
): BoxLink {
  const { broker: section } = config;
  const cloudToken = Buffer.from(randomBytes(24)).toString('base64url');
  const embedded =
    section.kind === 'external'
      ? null
      : createEmbeddedBroker({
          host: section.host,
          port: section.port,
          ...(identity === null ? toBrokerTokens(section.tokens, cloudToken) : toBrokerIdentity(identity)),
          limits: { burstPackets: section.burstPackets, packetsPerSecond: section.packetsPerSecond },
          scheduler,
          onNotice: (notice) => log.warn(notice, 'broker'),
        });
  const external = section.kind === 'external' ? section : null;
  return createBoxLink(config, {
    embedded,
    scheme: identity === null ? 'mqtt' : 'mqtts',
    connect: (broker) =>
      createMqttDeviceLink({
        broker,
        ...(identity === null
          ? { username: external?.username ?? 'cloud', password: external?.password ?? cloudToken }
          : { tls: () => ({ ca: identity.ca, cert: identity.link.cert, key: identity.link.key }) }),
        ...(external?.sharedGroup === undefined ? {} : { sharedGroup: external.sharedGroup }),
        scheduler,
        randomBytes,
        events: {
          ...events,
          onProblem: (problem) => log.warn(problem, 'link to the boxes'),
        },
      }),
  });
}

const toBrokerTokens = (tokens: Record<string, string>, cloudToken: string) => ({
  authenticate: createTokenAuthenticate({ cloudToken, findToken: async (deviceId) => tokens[deviceId] }),
});

/** Claims, certificates and the service where boxes enrol; null: boxes are known by token. */
async function openOwnIdentity(
  config: OperatorConfigSection,
  setting: Setting,
  deps: Pick<IdentityParts, 'store' | 'merchants' | 'signer' | 'keySet'>,
  boxes: () => BoxLink,
): Promise<Identity | null> {
  if (config.broker.kind !== 'embedded' || config.broker.boxes !== 'certificate') return null;
  const { scheduler, randomBytes, log } = setting;
  return openIdentity(config, {
    ...{ ...deps, createTlsListener, scheduler, randomBytes, log },
    authorities: await openAuthorities(config, setting),
    brokerUrl: () => boxes().boxUrl(),
    dropConnections: (serial) => boxes().dropCertificate(serial),
    setServerIdentity: (own, ca) => boxes().setServerIdentity(own, ca),
  });
}

async function openAuthorities(config: OperatorConfigSection, { folder, scheduler, randomBytes }: Setting) {
  const open = (name: string) =>
    openFileCertificateAuthority({ path: join(folder, 'identity', `${name}.pem`), clock: scheduler, randomBytes });
  const [first, ...others] = await Promise.all(config.identity.authorities.map(open));
  if (first === undefined) throw new ScanPayError('configuration', 'operator.identity.authorities is empty');
  return [first, ...others] as const;
}

/** What the broker needs to know boxes by certificate. */
function toBrokerIdentity({ ca, server, isLink, identifyBox }: Identity) {
  return {
    tls: {
      cert: server.cert,
      key: server.key,
      ca,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3' as const,
    },
    authenticate: createCertificateAuthenticate({ isLink, identifyBox }),
  };
}

function toContracts({ merchantId, contracts }: OperatorConfigSection['merchants'][number]): ContractVersion[] {
  return contracts.map((contract) => ({ merchantId, ...contract }));
}

function toLimits({ offline: { validForMs, ...offline }, fleet, refundWindowDays }: OperatorConfigSection) {
  return { offline, termsValidForMs: validForMs, ...fleet, refundWindowDays };
}
