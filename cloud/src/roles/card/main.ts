import { join } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { importSigner, importVerifyKeys } from '@scanpay/shared/wire/message-key.ts';
import type { CompanySetting, RunningCompany } from '../../company.ts';
import type { CardConfigSection } from '../../config.ts';
import { checkAgreements } from '../../core/contract/agreements.ts';
import { openPeerLink } from '../../drivers/links/open-peer-link.ts';
import { createScryptPasswords } from '../../drivers/passwords/scrypt-passwords.ts';
import type { HttpCall } from '../../drivers/peers/http-call.ts';
import { createStatementReceiverApi } from '../../drivers/peers/peer-apis.ts';
import { createCardStore } from '../../drivers/sql/card/card-store.ts';
import { cardMigrations } from '../../drivers/sql/card/migrations.ts';
import type { CardTables } from '../../drivers/sql/card/tables.ts';
import { migrateToLatest, type SqliteConnection } from '../../drivers/sql/database.ts';
import { readDatabaseBytes } from '../../drivers/sql/database-size.ts';
import { ledgerMigrations } from '../../drivers/sql/ledger/migrations.ts';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import { linkMigrations } from '../../drivers/sql/links/migrations.ts';
import { asLinks, createNonceStore } from '../../drivers/sql/links/nonce-store.ts';
import { openBook } from '../../drivers/sql/open-book.ts';
import { addPages } from '../../web/add-pages.ts';
import { bookPagesOf } from '../../web/pages.ts';
import { follow } from '../common/follow.ts';
import { guardCompany } from '../common/guard-company.ts';
import { addStatementFileRoutes } from '../settle/files/statement-file-routes.ts';
import { createSettlement } from '../settle/settlement.ts';
import { addSettlementRoutes } from '../settle/settlement-routes.ts';
import { defaultCardConfig } from './card-context.ts';
import { createCardRole } from './card-role.ts';

/** Puts the card company together from its configuration. */
export async function setUpCard(
  config: CardConfigSection,
  setting: CompanySetting<SqliteConnection, HttpCall>,
): Promise<RunningCompany> {
  const { scheduler, randomBytes, ids, log } = setting;
  const db = openBook<CardTables>(
    config.database,
    () => setting.openDatabase(join(setting.folder, 'card.sqlite')),
    (problem) => log.warn(problem, 'connection to the database'),
  );
  await migrateToLatest(db, { ...ledgerMigrations, ...linkMigrations, ...cardMigrations });
  const store = createCardStore(db);
  const nonces = createNonceStore(asLinks(db));
  const links = openPeerLink('card', config.links, { nonces, clock: scheduler, randomBytes });
  let currentSigner = importSigner(config.signingKey);
  const signer = follow(() => currentSigner);
  const forAll = { offerId: null, tender: null, replaces: null };
  const agreements = checkAgreements(config.contracts.map((each) => ({ ...each, ...forAll })));
  const { limitWon } = config;
  const role = createCardRole({
    store,
    mms: setting.mms,
    scheduler,
    randomBytes,
    tokenKey: Buffer.from(config.tokenKey, 'base64url'),
    signer,
    config: { ...defaultCardConfig, rules: { ...defaultCardConfig.rules, agreements, limitWon } },
    log,
  });
  let pgKeys = importVerifyKeys(config.pgKeys);
  const books = createSettlementStore(db);
  const settlement = createSettlement({
    company: 'card',
    store: books,
    closeBusinessDate: store.closeBusinessDate,
    contractVersionOf: async (paymentId) => (await store.findPayment(paymentId))?.approval?.contractVersion ?? null,
    receiver: createStatementReceiverApi(setting.callTo('pg', config.pgUrl, links.link)),
    resolveReceiverKey: (kid) => pgKeys.get(kid),
    signer,
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
    addPages(role.app, bookPagesOf.card);
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
    async changeKeys({ card: next }) {
      if (next === undefined) throw new ScanPayError('configuration', 'the section card is missing');
      const [nextSigner, nextPgKeys] = [importSigner(next.signingKey), importVerifyKeys(next.pgKeys)];
      links.changeKeys(next.links);
      [currentSigner, pgKeys] = [nextSigner, nextPgKeys];
    },
    addresses: () => ({}),
  };
}
