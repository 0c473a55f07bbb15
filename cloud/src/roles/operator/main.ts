import { join } from 'node:path';
import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import type { ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { importVerifyKeys } from '@scanpay/shared/wire/message-key.ts';
import type { Kysely } from 'kysely';
import type { RunningCompany } from '../../company.ts';
import type { OperatorConfigSection } from '../../config.ts';
import { createMerchants, type Merchants } from '../../core/verify/merchants.ts';
import { createKoreanBulkTransfer } from '../../drivers/bank/korean-bulk-transfer.ts';
import { createKoreanCalendar } from '../../drivers/calendar/korean-calendar.ts';
import { createSandboxIssuer } from '../../drivers/cash-receipts/sandbox-issuer.ts';
import { createScryptPasswords } from '../../drivers/passwords/scrypt-passwords.ts';
import type { HttpCall } from '../../drivers/peers/http-call.ts';
import { createPgApi, createStatementSenderApi } from '../../drivers/peers/peer-apis.ts';
import { readDatabaseBytes } from '../../drivers/sql/database-size.ts';
import { createMerchantDebts } from '../../drivers/sql/ledger/merchant-debts.ts';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import { createTransferReader } from '../../drivers/sql/ledger/transfer-reader.ts';
import { createStatementTaxReader } from '../../drivers/sql/operator/statement-tax-reader.ts';
import type { OperatorTables } from '../../drivers/sql/operator/tables.ts';
import type { OperatorStore } from '../../ports/operator-store.ts';
import type { RoleApp } from '../common/role-app.ts';
import { addStatementFileRoutes } from '../settle/files/statement-file-routes.ts';
import type { MerchantDesk } from '../settle/merchant-desk.ts';
import { createAnswerHandler, createMerchantLink, type SendToDevice } from '../settle/merchant-link.ts';
import { createSettlement, type Settlement } from '../settle/settlement.ts';
import { completeApp } from './complete-app.ts';
import { createKeyChange } from './keys/change-keys.ts';
import { createKeyDesk } from './keys/key-desk.ts';
import { createLiveKeys } from './keys/live-keys.ts';
import type { OperatorKeys } from './operator-context.ts';
import { createOperatorRole, type OperatorRole } from './operator-role.ts';
import {
  openAuthorities,
  openBooks,
  openBoxLink,
  openOwnIdentity,
  openReleaseStores,
  type Setting,
} from './pick-drivers.ts';
import { openReleases } from './releases/open-releases.ts';
import { addTransferRoutes } from './routes/transfer-routes.ts';
import { createTransferDesk } from './transfer-desk.ts';

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
  const pgKeys = followPgKeys(config.pgKeys);
  const parts = { db, store, keys: keys.own, pgCall, resolvePgKey: pgKeys.resolve, sendToDevice };
  const settlement = openSettlement(setting, { ...parts, onDateClosed: () => role.onDateClosed() });
  const { lineDesk } = settlement;
  const merchantDesk = requireDesk(settlement);
  const releases = openReleases(config.releases, {
    ...{ ...setting, ...openReleaseStores(db, setting) },
    enrolmentUrl: () => identity?.addresses().enrolment,
    send: (...said) => role.sendToDevice(...said),
  });
  const desk = createKeyDesk({
    ...{ store, keySet: keys.keySet, clock: scheduler, log },
    publish: (deviceId, set) => role.sendToDevice(deviceId, 'keys', { type: 'operator.keys', ...set }),
  });
  const role: OperatorRole = createOperatorRole({
    ...{ store, merchants, calendar, scheduler, randomBytes, log, ...toOwnDeps(config, setting) },
    pg: createPgApi(pgCall),
    link: { publish: (...message) => boxes.link().publish(...message) },
    keys: keys.own,
    resolvePgKey: pgKeys.resolve,
    onSettlementWord: createAnswerHandler({ desk: merchantDesk, lineDesk, sendToDevice, log }),
    // Nothing is kept at the broker for a box that was away: a statement it has not answered is sent again.
    onBoxOnline: async (deviceId) => {
      await desk.send(deviceId);
      await Promise.all([merchantDesk.presentPending(deviceId), releases.boxOnline(deviceId)]);
    },
    onKeysHeld: desk.noteHeld,
    onReleaseReport: releases.takeReport,
    listTardyTerminals: books.listTardyTerminals,
    debts: createMerchantDebts(db),
  });
  completeApp(role.app, {
    ...{ setting, books, settlement, desk, identity, link: links.link },
    staff: { section: config.staff, passwords: createScryptPasswords(randomBytes) },
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
      changePgKeys: pgKeys.change,
      openAuthorities: (next) => openAuthorities(next, setting),
    }),
    addresses: () => ({ broker: boxes.url(), ...identity?.addresses() }),
  };
}

/** What of the role comes from the configuration and the setting as they are. */
function toOwnDeps(config: OperatorConfigSection, { mms, folder, measured }: Setting) {
  return {
    mms,
    issuer: createSandboxIssuer({ directory: join(folder, 'cash-receipts') }),
    contractSeeds: config.merchants.flatMap(toContracts),
    couponPageBaseUrl: config.couponPageBaseUrl,
    schedulePageBaseUrl: config.schedulePageBaseUrl,
    limits: toLimits(config),
    ...(measured === undefined ? {} : { metrics: measured.metrics }),
  };
}

/** The keys the PG signs with, while they change. */
function followPgKeys(first: OperatorConfigSection['pgKeys']) {
  let keys = importVerifyKeys(first);
  return {
    resolve: (kid: string) => keys.get(kid),
    change(next: OperatorConfigSection['pgKeys']): void {
      keys = importVerifyKeys(next);
    },
  };
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
  const findParty = (party: string) => merchants.find(party as MerchantId);
  addStatementFileRoutes(app, { settlement, findParty, tax: createStatementTaxReader(db), log });
  const desk = createTransferDesk({ reader: createTransferReader(db), merchants, clock: scheduler });
  addTransferRoutes(app, { desk, file: createKoreanBulkTransfer(), log });
}

interface SettlementParts {
  db: Kysely<OperatorTables>;
  store: OperatorStore;
  keys: OperatorKeys;
  pgCall: HttpCall;
  resolvePgKey: ResolveKey;
  sendToDevice: SendToDevice;
  onDateClosed(): void;
}

function openSettlement({ scheduler, ids, log }: Setting, parts: SettlementParts) {
  const { db, store, keys, pgCall, resolvePgKey, sendToDevice, onDateClosed } = parts;
  return createSettlement({
    company: 'operator',
    store: createSettlementStore(db),
    async closeBusinessDate(businessDate, nowMs) {
      const closed = await store.closeBusinessDate(businessDate, nowMs);
      if (closed.ok) onDateClosed();
      return closed;
    },
    merchants: createMerchantLink(sendToDevice),
    contractVersionOf: async (paymentId) => (await store.findPayment(paymentId))?.terms?.contractVersion ?? null,
    sender: createStatementSenderApi(pgCall),
    resolveSenderKey: resolvePgKey,
    signer: keys.message,
    scheduler,
    ids,
    log,
  });
}

function toContracts({ merchantId, contracts }: OperatorConfigSection['merchants'][number]): ContractVersion[] {
  return contracts.map((contract) => ({ merchantId, ...contract }));
}

function toLimits({
  offline: { validForMs, ...offline },
  fleet,
  refundWindowDays,
  debtAlarmDays,
}: OperatorConfigSection) {
  return { offline, termsValidForMs: validForMs, ...fleet, refundWindowDays, debtAlarmDays };
}
