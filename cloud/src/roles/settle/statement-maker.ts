import type { BusinessDate, Clock } from '@scanpay/shared/clock.ts';
import type { IdMaker, StatementId } from '@scanpay/shared/ids.ts';
import { signStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import type { Statement } from '@scanpay/shared/settlement/statement.ts';
import { type JwsSigner, sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { nextCompany, sentHop } from '../../core/settle/hops.ts';
import { digestBook, scopeOf } from '../../core/settle/line-pages.ts';
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
 * that the chain goes on), or for each terminal one of each payout date that has lines. Returns those that were not there before.
 */
export async function makeStatements(
  deps: MakerDeps,
  businessDate: BusinessDate,
  onwardOf: StatementId | null,
): Promise<StatementId[]> {
  const receiver = nextCompany[deps.company];
  const made: NewStatement[] = [];
  if (receiver !== null) {
    made.push(await makeOne(deps, { businessDate, receiver, deviceId: null, payoutDate: null }));
  } else {
    for (const { deviceId, merchantId, payoutDate } of await deps.store.listTerminalParts(businessDate)) {
      const statement = await makeOne(deps, { businessDate, receiver: merchantId, deviceId, payoutDate });
      if (statement.statement.lineCount > 0) made.push(statement);
    }
  }
  return deps.store.addSent(made, onwardOf, deps.clock.nowMs());
}

async function makeOne(
  { company, store, ids, signer }: MakerDeps,
  parties: Pick<Statement, 'businessDate' | 'receiver' | 'deviceId' | 'payoutDate'>,
): Promise<NewStatement> {
  const hop = sentHop[company];
  const digest = await digestBook(store, hop, scopeOf(parties));
  const statement: Statement = { v: 2, statementId: ids.statementId(), hop, sender: company, ...parties, ...digest };
  const jws = await signStatement(statement, signer);
  return { statement, jws, sha256: sha256Base64Url(jws) };
}
