import type { BusinessDate, Clock } from '@scanpay/shared/clock.ts';
import type { IdMaker, MerchantId, StatementId } from '@scanpay/shared/ids.ts';
import { signStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { makeStatement } from '@scanpay/shared/settlement/statement.ts';
import { type JwsSigner, sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { nextCompany, sentHop } from '../../core/settle/hops.ts';
import type { Company } from '../../ports/ledger.ts';
import type { NewStatement, SettlementStore } from '../../ports/settlement-store.ts';

export interface MakerDeps {
  company: Company;
  store: SettlementStore;
  ids: IdMaker;
  signer: JwsSigner;
  clock: Clock;
}

/**
 * Makes, signs and stores the company's statements of a closed date: one for the next company (also without lines, so
 * that the chain goes on), or one for each merchant that has lines. Returns those that were not there before.
 */
export async function makeStatements(
  deps: MakerDeps,
  businessDate: BusinessDate,
  onwardOf: StatementId | null,
): Promise<StatementId[]> {
  const receiver = nextCompany[deps.company];
  const made: NewStatement[] = [];
  if (receiver !== null) {
    made.push(await makeOne(deps, businessDate, receiver, null));
  } else {
    for (const merchantId of await deps.store.listMerchants(businessDate)) {
      const statement = await makeOne(deps, businessDate, merchantId, merchantId);
      if (statement.statement.lines.length > 0) made.push(statement);
    }
  }
  return deps.store.addSent(made, onwardOf, deps.clock.nowMs());
}

async function makeOne(
  deps: MakerDeps,
  businessDate: BusinessDate,
  receiver: string,
  merchantId: MerchantId | null,
): Promise<NewStatement> {
  const statement = makeStatement({
    statementId: deps.ids.statementId(),
    hop: sentHop[deps.company],
    sender: deps.company,
    receiver,
    businessDate,
    events: await deps.store.listEvents(businessDate, merchantId),
  });
  const jws = await signStatement(statement, deps.signer);
  return { statement, jws, sha256: sha256Base64Url(jws) };
}
