import type { Clock } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { wholeFault } from '@scanpay/shared/settlement/statement-faults.ts';
import type { SettlementAnswer } from '@scanpay/shared/settlement/statement-messages.ts';
import { areOwnLines } from '../../core/settle/find-faults.ts';
import { scopeOf } from '../../core/settle/line-pages.ts';
import type { Log } from '../../ports/log.ts';
import type { SettlementStore } from '../../ports/settlement-store.ts';
import type { StatementNews } from './settlement-deps.ts';
import type { StatementCourier } from './statement-courier.ts';

/** S15 at the operator: each of the merchant's boxes answers for its own payments. */
export interface MerchantDesk {
  /**
   * Takes a box's answer. The first one counts; whatever is answered later gets the state that came of it, which goes
   * back to the box as `settlement.state`. Codes: not_found (also for another box's statement), statement_mismatch
   * (another text than was presented, or faults of lines it does not have), invalid_input.
   */
  answer(from: MerchantAnswer): Promise<Result<StatementNews>>;
  /** Presents again what the box has not answered: it is back, or asks for it. */
  presentPending(deviceId: DeviceId): Promise<void>;
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
      const { statementId } = answer;
      const statement = await store.findStatement(statementId);
      if (statement?.direction !== 'sent' || statement.deviceId !== deviceId || statement.receiver !== merchantId) {
        return refuse('not_found', statementId);
      }
      if (statement.sha256 !== answer.statementSha256)
        return refuse('statement_mismatch', 'another text was presented');
      if (answer.answer === 'approved' && answer.faults.length > 0)
        return refuse('invalid_input', '/faults: approved with faults');
      if (!(await areOwnLines(store, 'S15', scopeOf(statement), answer.faults)))
        return refuse('statement_mismatch', 'faults of lines that were not stated');
      // Somebody disputes it and no line differs: then nothing of it is agreed on.
      const faults = answer.answer === 'disputed' && answer.faults.length === 0 ? [wholeFault] : answer.faults;
      const verdict = { state: answer.answer, faults, answerJws };
      const isFirst = await store.recordAnswer(statementId, verdict, clock.nowMs());
      if (isFirst && answer.answer === 'disputed') {
        const { businessDate } = statement;
        log.error({ statementId, merchantId, deviceId, businessDate, faults: faults.length }, 'statement disputed');
      }
      // Pays what is agreed on if that has not happened yet; what cannot be done now is tried again by the courier.
      await courier.deliver(statementId);
      const { state } = (await store.findStatement(statementId)) ?? statement;
      return accept({ statementId, state });
    },
    async presentPending(deviceId) {
      for (const statementId of await store.listUnanswered(deviceId)) await courier.deliver(statementId);
    },
  };
}
