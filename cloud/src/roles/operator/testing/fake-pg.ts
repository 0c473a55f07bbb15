import type {
  ApprovalBody,
  ApprovalReply,
  CancellationBody,
  CancellationReply,
  ReversalBody,
  ReversalReply,
} from '@scanpay/shared/api/pg.ts';
import type { Clock } from '@scanpay/shared/clock.ts';
import { accept, type ErrorCode, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { CancelId, CouponId, PaymentId } from '@scanpay/shared/ids.ts';
import { splitRefund, type Won, won } from '@scanpay/shared/money.ts';
import { signWord } from '../../../core/audit/testing/sign-word.ts';
import type { PgApi } from '../../../ports/peers.ts';

/**
 * What becomes of one call. `ok`: done and answered. `lost-request`: it never arrives, and fails. `lost-answer`: done,
 * and fails. `silent`: done, and never answers. `held`: done and answered once the test lets it.
 */
export type Fate = 'ok' | 'lost-request' | 'lost-answer' | 'silent' | 'held' | { refuse: ErrorCode };

interface Account {
  body: ApprovalBody | null;
  state: 'approved' | 'declined' | 'processing' | 'reversed' | 'cancelled';
  code: ErrorCode | null;
  approvalNumber: string;
  reversedOn: string | null;
  cancelIds: readonly CancelId[];
  refundedWon: number;
}

export interface FakePg extends PgApi {
  /** Fates of the calls to come, by method; then `ok`. */
  fates: Record<'approve' | 'inquire' | 'reverse' | 'cancel' | 'deleteCard' | 'changeSchedule', Fate[]>;
  /** Payments the PG will decline, with which code. */
  declines: Map<PaymentId, ErrorCode>;
  /** While set, an approval stays `processing`. */
  isSlow: boolean;
  calls: { method: string; id: string; body: unknown }[];
  account(paymentId: PaymentId): Account | undefined;
  /** Money that has moved and stayed. */
  charges(): PaymentId[];
  deletedCards: Set<CouponId>;
  /** Answers every held call, also those that are still to come. */
  release(): void;
  countCalls(method: string): number;
}

function orderOf(account: Account | undefined) {
  const body = account?.body;
  if (body === null || body === undefined) throw new Error('no such order');
  const { paymentId, merchantId, tender, split, businessDate } = body;
  return { paymentId, merchantId, tender, split, businessDate };
}

const unavailable = () => new ScanPayError('upstream_unavailable', 'fake');

/** A PG with a memory: idempotent, with tombstones, as the real one promises (ports/peers.ts). */
export function createFakePg(clock: Clock): FakePg {
  const accounts = new Map<PaymentId, Account>();
  const refundedBefore = new Map<CancelId, Won>();
  const held: (() => void)[] = [];
  let approvalCount = 0;

  const meet = async <T>(
    method: keyof FakePg['fates'],
    id: string,
    body: unknown,
    work: () => Result<T> | Promise<Result<T>>,
  ): Promise<Result<T>> => {
    pg.calls.push({ method, id, body });
    const fate = pg.fates[method].shift() ?? 'ok';
    if (typeof fate === 'object') return refuse(fate.refuse);
    if (fate === 'lost-request') throw unavailable();
    if (fate === 'held') await new Promise<void>((resolve) => held.push(resolve));
    const result = await work();
    if (fate === 'lost-answer') throw unavailable();
    if (fate === 'silent') return new Promise(() => {});
    return result;
  };

  const toReply = async (account: Account): Promise<ApprovalReply> => {
    if (account.state === 'processing') return { outcome: 'processing' };
    if (account.state === 'reversed') return { outcome: 'reversed' };
    if (account.code !== null) return { outcome: 'declined', code: account.code };
    const cardLast4 = account.body?.tender === 'card' ? '1111' : null;
    const { approvalNumber } = account;
    const approvedAtMs = clock.nowMs();
    const evidenceJws = await signWord('pg', { kind: 'sale', ...orderOf(account), atMs: approvedAtMs }, approvalNumber);
    return { outcome: 'approved', approvalNumber, approvedAtMs, cardLast4, evidenceJws };
  };
  const open = (body: ApprovalBody): Account => {
    const code = clock.nowMs() >= body.expiresAtMs ? 'message_stale' : (pg.declines.get(body.paymentId) ?? null);
    approvalCount += 1;
    const approvalNumber = String(approvalCount).padStart(8, '0');
    const settled = code === null ? 'approved' : 'declined';
    const state = pg.isSlow ? 'processing' : settled;
    return { body, state, code, approvalNumber, reversedOn: null, cancelIds: [], refundedWon: 0 };
  };

  const pg: FakePg = {
    fates: { approve: [], inquire: [], reverse: [], cancel: [], deleteCard: [], changeSchedule: [] },
    declines: new Map(),
    isSlow: false,
    calls: [],
    deletedCards: new Set(),
    account: (paymentId) => accounts.get(paymentId),
    charges: () => [...accounts].filter(([, each]) => each.state === 'approved').map(([paymentId]) => paymentId),
    release() {
      for (const queue of Object.values(pg.fates))
        queue.splice(0, queue.length, ...queue.map((each) => (each === 'held' ? 'ok' : each)));
      for (const go of held.splice(0)) go();
    },
    countCalls: (method) => pg.calls.filter((call) => call.method === method).length,
    approve: (body) =>
      meet<ApprovalReply>('approve', body.paymentId, body, async () => {
        const known = accounts.get(body.paymentId);
        if (known?.state === 'reversed') return accept({ outcome: 'declined', code: 'payment_reversed' });
        const account = known ?? open(body);
        accounts.set(body.paymentId, account);
        return accept(await toReply(account));
      }),
    inquire: (paymentId) =>
      meet('inquire', paymentId, null, async () => {
        const account = accounts.get(paymentId);
        return account === undefined ? refuse('payment_unknown') : accept(await toReply(account));
      }),
    reverse: (body: ReversalBody) =>
      meet<ReversalReply>('reverse', body.paymentId, body, async () => {
        const account = accounts.get(body.paymentId);
        if (account !== undefined && account.refundedWon > 0) return refuse('payment_state');
        const rest = account ?? { body: null, code: null, approvalNumber: '', cancelIds: [], refundedWon: 0 };
        const reversed = { ...rest, state: 'reversed', reversedOn: body.businessDate } as const;
        accounts.set(body.paymentId, reversed);
        if (reversed.body === null || reversed.code !== null) return accept({ outcome: 'reversed', evidenceJws: null });
        const { businessDate } = body;
        const said = { kind: 'reversal', ...orderOf(reversed), businessDate, atMs: clock.nowMs() } as const;
        return accept({ outcome: 'reversed', evidenceJws: await signWord('pg', said) });
      }),
    cancel: (body: CancellationBody) =>
      meet<CancellationReply>('cancel', body.cancelId, body, async () => {
        const account = accounts.get(body.paymentId);
        if (!account?.cancelIds.includes(body.cancelId)) {
          if (account?.state !== 'approved') return accept({ outcome: 'declined', code: 'payment_state' });
          const refundedWon = account.refundedWon + body.amountWon;
          const chargedWon = account.body?.split.chargedWon ?? 0;
          if (refundedWon > chargedWon) return accept({ outcome: 'declined', code: 'refund_limit' });
          const state = refundedWon === chargedWon ? 'cancelled' : 'approved';
          const cancelIds = [...account.cancelIds, body.cancelId];
          accounts.set(body.paymentId, { ...account, state, cancelIds, refundedWon });
          refundedBefore.set(body.cancelId, won(account.refundedWon));
        }
        const { paymentId, cancelId, amountWon, businessDate } = body;
        const order = orderOf(accounts.get(paymentId));
        const split = splitRefund(order.split, refundedBefore.get(cancelId) ?? won(0), amountWon);
        const cancelledAtMs = clock.nowMs();
        const said = { kind: 'cancel', ...order, cancelId, split, businessDate, atMs: cancelledAtMs } as const;
        return accept({ outcome: 'cancelled', cancelledAtMs, evidenceJws: await signWord('pg', said) });
      }),
    deleteCard: (couponId) =>
      meet('deleteCard', couponId, null, () => {
        pg.deletedCards.add(couponId);
        return accept(`pg-deleted.${couponId}`);
      }),
    changeSchedule: (couponId, body) =>
      meet('changeSchedule', body.changeId, { couponId, ...body }, () => {
        const { changeId, offerId } = body;
        return accept({ changeId, couponId, offerId, state: 'applied' });
      }),
  };
  return pg;
}
