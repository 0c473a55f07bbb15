import type { Clock } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import type { SettlementAnswer } from '@scanpay/shared/wire/messages.ts';
import type { Log } from '../../ports/log.ts';
import type { SettlementStore } from '../../ports/settlement-store.ts';
import type { StatementNews } from './settlement-deps.ts';
import type { StatementCourier } from './statement-courier.ts';

/** S15 at the operator: the merchant's boxes answer. */
export interface MerchantDesk {
  /**
   * Takes a box's answer. The first answer of any box of the merchant counts; whatever is answered later gets the
   * state that came of it, which goes back to the box as `settlement.state`. Codes: not_found (also for another
   * merchant's statement), statement_mismatch (another text than was presented), invalid_input.
   */
  answer(from: MerchantAnswer): Promise<Result<StatementNews>>;
  /** Presents again what the merchant has not answered: a box is back, or asks for it. */
  presentPending(merchantId: MerchantId): Promise<void>;
}

export interface MerchantAnswer {
  deviceId: DeviceId;
  merchantId: MerchantId;
  answer: Pick<SettlementAnswer, 'statementId' | 'statementSha256' | 'answer' | 'faults'>;
  /** The answer as the box signed it (compact JWS): evidence. */
  answerJws: string;
}

export interface DeskDeps {
  store: SettlementStore;
  courier: StatementCourier;
  clock: Clock;
  log: Log;
}

export function createMerchantDesk({ store, courier, clock, log }: DeskDeps): MerchantDesk {
  return {
    async answer({ deviceId, merchantId, answer, answerJws }) {
      const { statementId, faults } = answer;
      const statement = await store.findStatement(statementId);
      if (statement === undefined || statement.direction !== 'sent' || statement.receiver !== merchantId) {
        return refuse('not_found', statementId);
      }
      if (statement.sha256 !== answer.statementSha256)
        return refuse('statement_mismatch', 'another text was presented');
      if (answer.answer === 'approved' && faults.length > 0)
        return refuse('invalid_input', '/faults: approved with faults');
      const verdict = { state: answer.answer, faults, answerJws };
      const isFirst = await store.recordAnswer(statementId, verdict, clock.nowMs());
      if (isFirst && answer.answer === 'disputed') {
        const { businessDate } = statement;
        log.error({ statementId, merchantId, deviceId, businessDate, faults: faults.length }, 'statement disputed');
      }
      // Pays if that has not happened yet; what cannot be done now is tried again by the courier.
      if (answer.answer === 'approved') await courier.deliver(statementId);
      const { state } = (await store.findStatement(statementId)) ?? statement;
      return accept({ statementId, state });
    },
    async presentPending(merchantId) {
      for (const statementId of await store.listUnanswered(merchantId)) await courier.deliver(statementId);
    },
  };
}
