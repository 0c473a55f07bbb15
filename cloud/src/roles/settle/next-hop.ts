import type { StatementAnswer } from '@scanpay/shared/api/settlement.ts';
import { accept, type Result } from '@scanpay/shared/errors.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import { signPaymentAdvice } from '@scanpay/shared/settlement/signed-statement.ts';
import { splitStatementJws } from '@scanpay/shared/settlement/statement-assembly.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import type { StatementReceiverApi } from '../../ports/peers.ts';
import type { StoredStatement } from '../../ports/settlement-store.ts';
import type { MerchantLink } from './settlement-deps.ts';

/** Where a company's statements go. Rejections and refusals are tried again. */
export interface NextHop {
  /** Null: handed over, the answer comes on its own some time. */
  present(statement: StoredStatement, jws: string): Promise<Result<StatementAnswer | null>>;
  tellPaid(statement: StoredStatement): Promise<Result<void>>;
}

/** S13 and S14: a company answers at once, by HTTP. */
export function createCompanyHop(receiver: StatementReceiverApi, signer: JwsSigner): NextHop {
  return {
    present: (_statement, jws) => receiver.present(jws),
    async tellPaid({ statementId, sha256, payableWon, updatedAtMs }) {
      const advice = { v: 1, statementId, statementSha256: sha256, payableWon, paidAtMs: updatedAtMs } as const;
      return receiver.confirmPaid(statementId, await signPaymentAdvice(advice, signer));
    },
  };
}

/** S15: the merchant answers when somebody presses the button on the box, or when the box is back. */
export function createMerchantHop(merchants: MerchantLink): NextHop {
  return {
    async present({ statementId, receiver }, jws) {
      const parts = splitStatementJws(statementId, jws);
      if (!parts.ok) return parts;
      await merchants.present(receiver as MerchantId, parts.value);
      return accept(null);
    },
    async tellPaid({ statementId, receiver }) {
      await merchants.tell(receiver as MerchantId, { statementId, state: 'paid' });
      return accept(undefined);
    },
  };
}
