import { join } from 'node:path';
import { importPgBoxPrivateKey } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { createKeyring, pgBoxPublicKeyOf } from '@scanpay/shared/auth-barcode/keys.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { importSigner, importVerifyKeys } from '@scanpay/shared/wire/message-key.ts';
import type { CompanySetting, RunningCompany } from '../../company.ts';
import type { PgConfigSection } from '../../config.ts';
import { checkAgreements } from '../../core/contract/agreements.ts';
import { openPeerLink } from '../../drivers/links/open-peer-link.ts';
import { createScryptPasswords } from '../../drivers/passwords/scrypt-passwords.ts';
import type { HttpCall } from '../../drivers/peers/http-call.ts';
import {
  createCardApi,
  createOperatorApi,
  createStatementReceiverApi,
  createStatementSenderApi,
} from '../../drivers/peers/peer-apis.ts';
import { migrateToLatest, type SqliteConnection } from '../../drivers/sql/database.ts';
import { readDatabaseBytes } from '../../drivers/sql/database-size.ts';
import { ledgerMigrations } from '../../drivers/sql/ledger/migrations.ts';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import { linkMigrations } from '../../drivers/sql/links/migrations.ts';
import { asLinks, createNonceStore } from '../../drivers/sql/links/nonce-store.ts';
import { openBook } from '../../drivers/sql/open-book.ts';
import { pgMigrations } from '../../drivers/sql/pg/migrations.ts';
import { createPgStore } from '../../drivers/sql/pg/pg-store.ts';
import type { PgTables } from '../../drivers/sql/pg/tables.ts';
import { addPages } from '../../web/add-pages.ts';
import { bookPagesOf, customerPage, schedulePage } from '../../web/pages.ts';
import { follow } from '../common/follow.ts';
import { guardCompany } from '../common/guard-company.ts';
import { addStatementFileRoutes } from '../settle/files/statement-file-routes.ts';
import { createSettlement } from '../settle/settlement.ts';
import { addSettlementRoutes } from '../settle/settlement-routes.ts';
import { seedOffers } from './offer-seed.ts';
import { defaultPgConfig, type PgKeys } from './pg-context.ts';
import { createPgRole } from './pg-role.ts';

/** Puts the PG together from its configuration. */
export async function setUpPg(
  config: PgConfigSection,
  setting: CompanySetting<SqliteConnection, HttpCall>,
): Promise<RunningCompany> {
  const { scheduler, randomBytes, ids, log } = setting;
  const db = openBook<PgTables>(
    config.database,
    () => setting.openDatabase(join(setting.folder, 'pg.sqlite')),
    (problem) => log.warn(problem, 'connection to the database'),
  );
  await migrateToLatest(db, { ...ledgerMigrations, ...linkMigrations, ...pgMigrations });
  const store = createPgStore(db);
  let state = readKeys(config);
  const keys = follow(() => state);
  const nonces = createNonceStore(asLinks(db));
  const links = openPeerLink('pg', config.links, { nonces, clock: scheduler, randomBytes });
  const cardCall = setting.callTo('card', config.cardUrl, links.link);
  const operatorCall = setting.callTo('operator', config.operatorUrl, links.link);
  const agreements = checkAgreements(config.contracts.map((each) => ({ ...each, replaces: null })));
  const { registrationsPerMinute, maxScheduleChanges: maxChanges } = config;
  let cardKeys = importVerifyKeys(config.cardKeys);
  const resolveCardKey = (kid: string) => cardKeys.get(kid);
  const role = createPgRole({
    store,
    operator: createOperatorApi(operatorCall),
    card: createCardApi(cardCall),
    scheduler,
    randomBytes,
    ids,
    keys,
    resolveCardKey,
    offers: config.offers ?? seedOffers,
    config: { ...defaultPgConfig, agreements, registrationsPerMinute, scheduleRules: { maxChanges } },
    log,
  });
  let operatorKeys = importVerifyKeys(config.operatorKeys);
  const books = createSettlementStore(db);
  const settlement = createSettlement({
    company: 'pg',
    store: books,
    closeBusinessDate: store.closeBusinessDate,
    contractVersionOf: async (paymentId) => (await store.findPayment(paymentId))?.order?.contractVersion ?? null,
    receiver: createStatementReceiverApi(operatorCall),
    sender: createStatementSenderApi(cardCall),
    resolveSenderKey: resolveCardKey,
    resolveReceiverKey: (kid) => operatorKeys.get(kid),
    signer: follow(() => state.signer),
    scheduler,
    ids,
    log,
  });
  guardCompany(role.app, {
    ...{ setting, books, link: links.link },
    readSizeBytes: () => readDatabaseBytes(db),
    staff: { section: config.staff, passwords: createScryptPasswords(randomBytes) },
  });
  role.app.after(() => {
    addSettlementRoutes(role.app, settlement);
    addStatementFileRoutes(role.app, { settlement, findParty: () => undefined, log });
    addPages(role.app, [customerPage, schedulePage, ...bookPagesOf.pg]);
  });
  return {
    app: role.app,
    async start() {
      await role.start();
      await settlement.start();
    },
    async stop() {
      await role.stop();
      await settlement.stop();
      await db.destroy();
    },
    async changeKeys({ pg: next }) {
      if (next === undefined) throw new ScanPayError('configuration', 'the section pg is missing');
      const nextState = readKeys(next);
      const [nextCardKeys, nextOperatorKeys] = [importVerifyKeys(next.cardKeys), importVerifyKeys(next.operatorKeys)];
      links.changeKeys(next.links);
      [state, cardKeys, operatorKeys] = [nextState, nextCardKeys, nextOperatorKeys];
    },
    addresses: () => ({}),
  };
}

function readKeys(config: PgConfigSection): PgKeys {
  const [current, ...former] = config.cardBoxKeys.map(importPgBoxPrivateKey);
  if (current === undefined) throw new ScanPayError('configuration', 'pg.cardBoxKeys is empty');
  return {
    signer: importSigner(config.signingKey),
    cardBoxKey: pgBoxPublicKeyOf(current),
    cardBoxKeys: createKeyring([current, ...former]),
    fingerprintKey: Buffer.from(config.fingerprintKey, 'base64url'),
  };
}
