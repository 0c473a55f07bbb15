import type { HttpCall } from '@scanpay/cloud/drivers/peers/http-call.ts';
import {
  createCardApi,
  createOperatorApi,
  createStatementReceiverApi,
  createStatementSenderApi,
} from '@scanpay/cloud/drivers/peers/peer-apis.ts';
import { createCardStore } from '@scanpay/cloud/drivers/sql/card/card-store.ts';
import type { CardTables } from '@scanpay/cloud/drivers/sql/card/tables.ts';
import { createSqliteKysely } from '@scanpay/cloud/drivers/sql/database.ts';
import { createSettlementStore } from '@scanpay/cloud/drivers/sql/ledger/settlement-store.ts';
import { createPgStore } from '@scanpay/cloud/drivers/sql/pg/pg-store.ts';
import type { PgTables } from '@scanpay/cloud/drivers/sql/pg/tables.ts';
import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { Log } from '@scanpay/cloud/ports/log.ts';
import type { MmsGateway } from '@scanpay/cloud/ports/mms.ts';
import type { PeerLink } from '@scanpay/cloud/ports/peer-link.ts';
import { defaultCardConfig } from '@scanpay/cloud/roles/card/card-context.ts';
import { createCardRole } from '@scanpay/cloud/roles/card/card-role.ts';
import { guardLinks } from '@scanpay/cloud/roles/common/link-guard.ts';
import { defaultPgConfig } from '@scanpay/cloud/roles/pg/pg-context.ts';
import { createPgRole } from '@scanpay/cloud/roles/pg/pg-role.ts';
import { createSettlement } from '@scanpay/cloud/roles/settle/settlement.ts';
import { addSettlementRoutes } from '@scanpay/cloud/roles/settle/settlement-routes.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import type Database from 'better-sqlite3';
import type { Dice } from '../engine/dice.ts';
import type { SimProcess } from '../engine/process.ts';
import type { WireCall } from '../engine/wire-call.ts';
import { cardSigner, cardTokenKey, contracts, offers, operatorKeys, pgKeys, publicKeysOf } from './cast.ts';
import { openLink } from './open-link.ts';
import { openRoutes } from './routes.ts';

/** What a company finds when it starts. */
export interface CompanyGround {
  life: SimProcess;
  connection: Database.Database;
  dice: Dice;
  mms: MmsGateway;
  log: Log;
  /** The way to another company, by the caller's link. */
  callTo(company: Company, link: PeerLink): HttpCall;
}

/** A company put together, as its own main.ts does, on simulated ground. */
export interface SimCompany {
  /** Its API, for whoever reaches it. */
  receive: WireCall;
  /** Its end of its links to the others. */
  link: PeerLink;
  start(): Promise<void>;
}

export async function buildPg(ground: CompanyGround): Promise<SimCompany> {
  const { life, connection, dice, log } = ground;
  const { scheduler } = life;
  const db = createSqliteKysely<PgTables>(connection);
  const store = life.guard(createPgStore(db));
  const ids = createIdMaker(scheduler, dice.bytes);
  const cardKeys = publicKeysOf(cardSigner);
  const resolveCardKey = (kid: string) => cardKeys.get(kid);
  const link = openLink('pg', db, ground);
  const operatorCall = ground.callTo('operator', link);
  const role = createPgRole({
    store,
    operator: life.guard(createOperatorApi(operatorCall)),
    card: life.guard(createCardApi(ground.callTo('card', link))),
    scheduler,
    randomBytes: dice.bytes,
    ids,
    keys: pgKeys,
    resolveCardKey,
    offers,
    config: { ...defaultPgConfig, agreements: contracts, registrationsPerMinute: null },
    log,
  });
  const operatorMessageKeys = publicKeysOf(operatorKeys.message);
  const settlement = createSettlement({
    company: 'pg',
    store: life.guard(createSettlementStore(db)),
    closeBusinessDate: store.closeBusinessDate,
    contractVersionOf: async () => null,
    receiver: life.guard(createStatementReceiverApi(operatorCall)),
    sender: life.guard(createStatementSenderApi(ground.callTo('card', link))),
    resolveSenderKey: resolveCardKey,
    resolveReceiverKey: (kid) => operatorMessageKeys.get(kid),
    signer: pgKeys.signer,
    scheduler,
    ids,
    log,
  });
  role.app.after(() => addSettlementRoutes(role.app, settlement));
  const receive = await openRoutes(role.app, (app) => guardLinks(app, { link, clock: scheduler, log }));
  return { link, receive, start: () => role.start().then(() => settlement.start()) };
}

export async function buildCard(ground: CompanyGround): Promise<SimCompany> {
  const { life, connection, dice, log } = ground;
  const { scheduler } = life;
  const db = createSqliteKysely<CardTables>(connection);
  const link = openLink('card', db, ground);
  const store = life.guard(createCardStore(db));
  const role = createCardRole({
    store,
    mms: life.guard(ground.mms),
    scheduler,
    randomBytes: dice.bytes,
    tokenKey: cardTokenKey,
    signer: cardSigner,
    config: { ...defaultCardConfig, rules: { ...defaultCardConfig.rules, agreements: contracts } },
    log,
  });
  const pgSignerKeys = publicKeysOf(pgKeys.signer);
  const settlement = createSettlement({
    company: 'card',
    store: life.guard(createSettlementStore(db)),
    closeBusinessDate: store.closeBusinessDate,
    contractVersionOf: async () => null,
    receiver: life.guard(createStatementReceiverApi(ground.callTo('pg', link))),
    resolveReceiverKey: (kid) => pgSignerKeys.get(kid),
    signer: cardSigner,
    scheduler,
    ids: createIdMaker(scheduler, dice.bytes),
    log,
  });
  role.app.after(() => addSettlementRoutes(role.app, settlement));
  const receive = await openRoutes(role.app, (app) => guardLinks(app, { link, clock: scheduler, log }));
  return { link, receive, start: () => role.start().then(() => settlement.start()) };
}
