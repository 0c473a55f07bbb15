import type { StatementAnswer } from '@scanpay/shared/api/settlement.ts';
import { accept, type Result, ScanPayError } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { signPaymentAdvice } from '@scanpay/shared/settlement/signed-statement.ts';
import type { StatementLine } from '@scanpay/shared/settlement/statement.ts';
import { splitStatementText } from '@scanpay/shared/settlement/statement-assembly.ts';
import { maxStatementParts, statementPartChars } from '@scanpay/shared/settlement/statement-part.ts';
import { makeStatementText } from '@scanpay/shared/settlement/statement-text.ts';
import type { JwsSigner, ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { readLinePages, scopeOf } from '../../core/settle/line-pages.ts';
import type { StatementReceiverApi } from '../../ports/peers.ts';
import type { SettlementStore, StoredStatement } from '../../ports/settlement-store.ts';
import type { MerchantLink } from './settlement-deps.ts';

/** Where a company's statements go. Rejections and refusals are tried again. */
export interface NextHop {
  /** Knows the keys of the company whose answers come at once; merchants' come by themselves, checked before. */
  resolveKey: ResolveKey;
  /** Null: handed over, the answer comes on its own some time. */
  present(statement: StoredStatement, jws: string): Promise<Result<StatementAnswer | null>>;
  tellPaid(statement: StoredStatement): Promise<Result<void>>;
}

/** S13 and S14: a company answers at once, by HTTP. */
export function createCompanyHop(receiver: StatementReceiverApi, resolveKey: ResolveKey, signer: JwsSigner): NextHop {
  return {
    resolveKey,
    present: (_statement, jws) => receiver.present(jws),
    async tellPaid({ statementId, sha256, paidWon, updatedAtMs }) {
      const advice = {
        v: 1,
        statementId,
        statementSha256: sha256,
        payableWon: paidWon,
        paidAtMs: updatedAtMs,
      } as const;
      return receiver.confirmPaid(statementId, await signPaymentAdvice(advice, signer));
    },
  };
}

/** S15: the merchant answers when somebody presses the button on the box, or when the box is back. */
export function createMerchantHop(merchants: MerchantLink, store: Pick<SettlementStore, 'readEvents'>): NextHop {
  return {
    resolveKey: () => undefined,
    async present(statement, jws) {
      const lines = await readAllLines(store, statement);
      const parts = splitStatementText(statement, makeStatementText(jws, lines));
      if (!parts.ok) return parts;
      await merchants.present(terminalOf(statement), parts.value);
      return accept(null);
    },
    async tellPaid(statement) {
      const { statementId, state } = statement;
      await merchants.tell(terminalOf(statement), { statementId, state });
      return accept(undefined);
    },
  };
}

/** One terminal's day, a few thousand lines; of more than a box takes only so many are read as to see that. */
async function readAllLines(store: Pick<SettlementStore, 'readEvents'>, statement: StoredStatement) {
  const lines: StatementLine[] = [];
  for await (const page of readLinePages(store, 'S15', scopeOf(statement))) {
    lines.push(...page);
    if (lines.length > maxStatementParts * statementPartChars) break;
  }
  return lines;
}

function terminalOf({ statementId, deviceId }: StoredStatement): DeviceId {
  if (deviceId === null) throw new ScanPayError('internal', `${statementId} is for no terminal`);
  return deviceId;
}
