import type { StatementState } from '@scanpay/shared/api/settlement.ts';
import type { BusinessDate, Scheduler } from '@scanpay/shared/clock.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import type { DeviceId, IdMaker, StatementId } from '@scanpay/shared/ids.ts';
import type { SettlementLines } from '@scanpay/shared/settlement/line-messages.ts';
import type { StatementPart } from '@scanpay/shared/settlement/statement-part.ts';
import type { JwsSigner, ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import type { ContractVersionOf } from '../../core/settle/trace-payment.ts';
import type { Log } from '../../ports/log.ts';
import type { StatementReceiverApi, StatementSenderApi } from '../../ports/peers.ts';
import type { SettlementStore } from '../../ports/settlement-store.ts';
import type { SerialRetryPace } from './serial-retrier.ts';

/** What a box is told about a statement: the members of `settlement.state` beside its header. */
export interface StatementNews {
  statementId: StatementId;
  state: StatementState;
}

/** S15: the way to a terminal. Rejects when it cannot be reached; a box that is away is not waited for. */
export interface MerchantLink {
  present(deviceId: DeviceId, parts: StatementPart[]): Promise<void>;
  tell(deviceId: DeviceId, news: StatementNews): Promise<void>;
  /** Every disputed line of a statement that is settled. */
  tellLines(deviceId: DeviceId, news: Pick<SettlementLines, 'statementId' | 'lines'>): Promise<void>;
}

/** What every company's settlement needs. */
interface CommonDeps {
  store: SettlementStore;
  /** The role's own: refuses with `date_open_payments`; closing twice is closing once. */
  closeBusinessDate(businessDate: BusinessDate, nowMs: number): Promise<Result<void>>;
  /** The contract version of a payment, from the role's own record of it. */
  contractVersionOf: ContractVersionOf;
  scheduler: Scheduler;
  ids: IdMaker;
  log: Log;
  /** The company's own key. */
  signer: JwsSigner;
  /** Default: 1 s, doubling up to 60 s; 8 steps at once. */
  retryPace?: SerialRetryPace;
}

/**
 * Who one sends to and who one receives from differ by company. `receiver`: the next company's API; `sender`: that of
 * the previous one. `resolveSenderKey`, `resolveReceiverKey`: know the keys of that company, and no others.
 */
export type SettlementDeps = CommonDeps &
  (
    | { company: 'card'; receiver: StatementReceiverApi; resolveReceiverKey: ResolveKey }
    | {
        company: 'pg';
        receiver: StatementReceiverApi;
        resolveReceiverKey: ResolveKey;
        sender: StatementSenderApi;
        resolveSenderKey: ResolveKey;
      }
    | {
        company: 'operator';
        merchants: MerchantLink;
        sender: StatementSenderApi;
        resolveSenderKey: ResolveKey;
      }
  );
