import type { AuthorisationBody, AuthorisationReply } from '@scanpay/shared/api/card.ts';
import type { CancellationBody, CancellationReply, ReversalBody, ReversalReply } from '@scanpay/shared/api/pg.ts';
import { accept } from '@scanpay/shared/errors.ts';
import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import { type Split, shareOf, splitRefund, type Won, won } from '@scanpay/shared/money.ts';
import { type Mocked, vi } from 'vitest';
import { nowMs, rates } from '../../../core/approve/testing/pg-fixtures.ts';
import { signWord } from '../../../core/audit/testing/sign-word.ts';
import type { CardApi } from '../../../ports/peers.ts';

/** As the card company divides a charge: what it takes, and what goes on to the PG. */
function splitAtCard(chargedWon: Won): Split {
  const cardFeeWon = shareOf(chargedWon, rates.cardFeeBps);
  return {
    chargedWon,
    cardFeeWon,
    pgFeeWon: won(0),
    operatorFeeWon: won(0),
    merchantShareWon: won(chargedWon - cardFeeWon),
  };
}

/** Its answers, signed; for tests that give them themselves. */
export function createCardWords(chargedByDefault: Won) {
  const refundedBefore = new Map<CancelId, Won>();
  const charges = new Map<PaymentId, { chargedWon: Won; refundedWon: Won }>();
  const chargeOf = (paymentId: PaymentId) =>
    charges.get(paymentId) ?? { chargedWon: chargedByDefault, refundedWon: won(0) };
  return {
    async approved(body: AuthorisationBody): Promise<Extract<AuthorisationReply, { outcome: 'approved' }>> {
      const { paymentId, amountWon, businessDate } = body;
      charges.set(paymentId, { chargedWon: amountWon, refundedWon: won(0) });
      const split = splitAtCard(amountWon);
      const approvalNumber = '00000042';
      const evidenceJws = await signWord(
        'card',
        { kind: 'sale', paymentId, split, businessDate, atMs: nowMs },
        approvalNumber,
      );
      const cardLast4 = body.cardNumber.slice(-4);
      const { cardFeeWon } = split;
      return { outcome: 'approved', approvalNumber, approvedAtMs: nowMs, cardLast4, cardFeeWon, evidenceJws };
    },
    async reversed({ paymentId, businessDate }: ReversalBody): Promise<ReversalReply> {
      const split = splitAtCard(chargeOf(paymentId).chargedWon);
      const evidenceJws = await signWord('card', { kind: 'reversal', paymentId, split, businessDate, atMs: nowMs });
      return { outcome: 'reversed', evidenceJws };
    },
    async cancelled(body: CancellationBody): Promise<CancellationReply> {
      const { paymentId, cancelId, amountWon, businessDate } = body;
      const { chargedWon, refundedWon } = chargeOf(paymentId);
      const before = refundedBefore.get(cancelId) ?? refundedWon;
      refundedBefore.set(cancelId, before);
      charges.set(paymentId, { chargedWon, refundedWon: won(before + amountWon) });
      const split = splitRefund(splitAtCard(chargedWon), before, amountWon);
      const cancelledAtMs = nowMs + 9;
      const said = { kind: 'cancel', paymentId, cancelId, split, businessDate, atMs: cancelledAtMs } as const;
      return { outcome: 'cancelled', cancelledAtMs, evidenceJws: await signWord('card', said) };
    },
  };
}

export type CardWords = ReturnType<typeof createCardWords>;

/** Approves and reverses everything; tests tell it otherwise. */
export function createWillingCard(words: CardWords): Mocked<CardApi> {
  return {
    authorise: vi.fn<CardApi['authorise']>(async (body) => accept(await words.approved(body))),
    inquire: vi.fn<CardApi['inquire']>(async () => ({ ok: false, code: 'payment_unknown', detail: '' })),
    reverse: vi.fn<CardApi['reverse']>(async (body) => accept(await words.reversed(body))),
    cancel: vi.fn<CardApi['cancel']>(async (body) => accept(await words.cancelled(body))),
  };
}
