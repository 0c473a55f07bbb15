import { createMerchants } from '@scanpay/cloud/core/verify/merchants.ts';
import { createKoreanCalendar } from '@scanpay/cloud/drivers/calendar/korean-calendar.ts';
import { createPgApi, createStatementSenderApi } from '@scanpay/cloud/drivers/peers/peer-apis.ts';
import { createSqliteKysely } from '@scanpay/cloud/drivers/sql/database.ts';
import { createSettlementStore } from '@scanpay/cloud/drivers/sql/ledger/settlement-store.ts';
import { createOperatorStore } from '@scanpay/cloud/drivers/sql/operator/operator-store.ts';
import type { OperatorTables } from '@scanpay/cloud/drivers/sql/operator/tables.ts';
import type { DeviceLink } from '@scanpay/cloud/ports/device-link.ts';
import { guardLinks } from '@scanpay/cloud/roles/common/link-guard.ts';
import { createOperatorRole, type OperatorRole } from '@scanpay/cloud/roles/operator/operator-role.ts';
import { createMemoryIssuer } from '@scanpay/cloud/roles/operator/testing/memory-issuer.ts';
import {
  createAnswerHandler,
  createMerchantLink,
  type SendToDevice,
} from '@scanpay/cloud/roles/settle/merchant-link.ts';
import { createSettlement } from '@scanpay/cloud/roles/settle/settlement.ts';
import { addSettlementRoutes } from '@scanpay/cloud/roles/settle/settlement-routes.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { contracts, merchants, offlineLimits, operatorKeys, pgKeys, publicKeysOf } from './cast.ts';
import type { CompanyGround, SimCompany } from './companies.ts';
import { openLink } from './open-link.ts';
import { openRoutes } from './routes.ts';

export interface SimOperator extends SimCompany {
  /** What the link to the boxes brings. */
  onDeviceMessage: OperatorRole['onDeviceMessage'];
}

/** The operator, as its main.ts puts it together, but for the broker: the link to the boxes is the world's. */
export async function buildOperator(ground: CompanyGround & { publish: DeviceLink['publish'] }): Promise<SimOperator> {
  const { life, connection, dice, log } = ground;
  const { scheduler } = life;
  const db = createSqliteKysely<OperatorTables>(connection);
  const link = openLink('operator', db, ground);
  const store = life.guard(createOperatorStore(db));
  const sendToDevice: SendToDevice = (deviceId, message) =>
    role.sendToDevice(deviceId, message.type === 'message.rejected' ? 'rejected' : 'settlement', message);
  const resolvePgKey = publicKeysOf(pgKeys.signer);
  const books = life.guard(createSettlementStore(db));
  const settlement = createSettlement({
    company: 'operator',
    store: books,
    closeBusinessDate: store.closeBusinessDate,
    contractVersionOf: async () => null,
    merchants: createMerchantLink(sendToDevice),
    sender: life.guard(createStatementSenderApi(ground.callTo('pg', link))),
    resolveSenderKey: (kid) => resolvePgKey.get(kid),
    signer: operatorKeys.message,
    scheduler,
    ids: createIdMaker(scheduler, dice.bytes),
    log,
  });
  const { merchantDesk, lineDesk } = settlement;
  if (merchantDesk === null) throw new ScanPayError('internal', 'the operator has no merchant desk');
  const role: OperatorRole = createOperatorRole({
    store,
    pg: life.guard(createPgApi(ground.callTo('pg', link))),
    mms: life.guard(ground.mms),
    issuer: life.guard(createMemoryIssuer()),
    link: life.guard({ publish: ground.publish }),
    merchants: createMerchants(merchants),
    contractSeeds: contracts,
    calendar: createKoreanCalendar({ extraHolidays: [], ownYears: [] }),
    keys: operatorKeys,
    resolvePgKey: (kid) => resolvePgKey.get(kid),
    scheduler,
    randomBytes: dice.bytes,
    log,
    // So that a busy stretch of a few minutes has alarms of both kinds.
    limits: { offline: offlineLimits, offlineAfterMs: 15_000, statementTardyMs: 30_000 },
    listTardyTerminals: books.listTardyTerminals,
    couponPageBaseUrl: 'http://127.0.0.1/coupon',
    onSettlementWord: createAnswerHandler({ desk: merchantDesk, lineDesk, sendToDevice, log }),
    onReleaseReport: () => undefined,
    onBoxOnline: (deviceId) => merchantDesk.presentPending(deviceId),
  });
  role.app.after(() => addSettlementRoutes(role.app, settlement));
  const receive = await openRoutes(role.app, (app) => guardLinks(app, { link, clock: scheduler, log }));
  return {
    link,
    receive,
    onDeviceMessage: role.onDeviceMessage,
    async start() {
      await role.start();
      await settlement.start();
      role.onLinkState(true);
    },
  };
}
