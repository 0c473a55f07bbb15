import type { AuthorisationBody, AuthorisationReply } from '@scanpay/shared/api/card.ts';
import type { PreRegistrationBody, PreRegistrationReply } from '@scanpay/shared/api/operator.ts';
import type {
  ApprovalBody,
  ApprovalReply,
  CancellationBody,
  CancellationReply,
  ReversalBody,
  ReversalReply,
} from '@scanpay/shared/api/pg.ts';
import type {
  ScheduleChangeReply,
  ScheduleDecision,
  SignedScheduleOrder,
  StaffScheduleChangeBody,
} from '@scanpay/shared/api/schedule.ts';
import type { LinePage, StatementAnswer } from '@scanpay/shared/api/settlement.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import type { CouponId, PaymentId, StatementId } from '@scanpay/shared/ids.ts';

/**
 * The other companies, as this one sees them. Every call has a deadline.
 *
 * A call that got a clear answer resolves (a refusal with a code is `ok: false`). A call whose outcome is unknown
 * (timeout, broken connection, 5xx) rejects with ScanPayError `upstream_unavailable`: the caller must inquire or
 * reverse, never guess.
 */
export interface PgApi {
  approve(body: ApprovalBody): Promise<Result<ApprovalReply>>;
  /** `payment_unknown` when the PG never saw it. */
  inquire(paymentId: PaymentId): Promise<Result<ApprovalReply>>;
  reverse(body: ReversalBody): Promise<Result<ReversalReply>>;
  cancel(body: CancellationBody): Promise<Result<CancellationReply>>;
  /** S05: the operator embedded the card box; the PG deletes its copy. Returns the PG's signed record (JWS). */
  deleteCard(couponId: CouponId): Promise<Result<string>>;
  /** A customer has the operator's staff change the schedule, which is the PG's to keep; idempotent on the change id. */
  changeSchedule(couponId: CouponId, body: StaffScheduleChangeBody): Promise<Result<ScheduleChangeReply>>;
}

export interface CardApi {
  authorise(body: AuthorisationBody): Promise<Result<AuthorisationReply>>;
  /** `payment_unknown` when the card company never saw it. */
  inquire(paymentId: PaymentId): Promise<Result<AuthorisationReply>>;
  reverse(body: ReversalBody): Promise<Result<ReversalReply>>;
  cancel(body: CancellationBody): Promise<Result<CancellationReply>>;
}

export interface OperatorApi {
  /** S03; idempotent on the coupon id. */
  preRegister(body: PreRegistrationBody): Promise<Result<PreRegistrationReply>>;
  /** A changed schedule; idempotent on the change id. A refusal of the call itself decides nothing. */
  orderSchedule(signed: SignedScheduleOrder): Promise<Result<ScheduleDecision>>;
}

/** S13 and S14: the receiver of a statement recomputes it and answers. */
export interface StatementReceiverApi {
  /**
   * POST /v1/statements; idempotent on the statement. `date_not_closed`: the receiver still takes payments for that
   * date, `statement_pending`: it is still checking; present it again later. `statement_conflict`: it has another statement for the same hop and date.
   */
  present(statementJws: string): Promise<Result<StatementAnswer>>;
  /** POST /v1/statements/:id/paid with a signed `PaymentAdvice`; idempotent. */
  confirmPaid(statementId: StatementId, adviceJws: string): Promise<Result<void>>;
  /** POST /v1/statements/:id/line-acts: the sender corrects or withdraws a disputed line; idempotent. */
  takeLineAct(statementId: StatementId, actJws: string): Promise<Result<void>>;
}

/** S13 and S14: the sender of a statement shows its lines to whom finds another sum. */
export interface StatementSenderApi {
  /** GET /v1/statements/:id/lines: those of payments after `after`, or from the first (null). */
  readLines(statementId: StatementId, after: PaymentId | null): Promise<Result<LinePage>>;
  /** POST /v1/statements/:id/line-acts: the receiver accepts a disputed line; idempotent. */
  takeLineAct(statementId: StatementId, actJws: string): Promise<Result<void>>;
}
