import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { PaymentRequest } from '@scanpay/shared/wire/messages.ts';
import type { OperatorContext } from '../operator-context.ts';
import { authorise } from './authorise.ts';
import { bookRedemption } from './book-redemption.ts';
import { pursueCancel } from './cancel.ts';
import { readStoredPayload } from './read-stored-payload.ts';
import { pursueReversal } from './reverse.ts';

/** How many payments one sweep takes up again. */
const sweepLimit = 1_000;

/** Takes up again what waits for the PG and was last touched before; payments under way are left to themselves. */
export async function resumePayments(ctx: OperatorContext, untouchedSinceMs: number): Promise<void> {
  if (ctx.authorisations.size() + ctx.undoings.size() >= ctx.limits.maxUnresolved) return;
  for (const paymentId of await ctx.store.listUnresolved(untouchedSinceMs, sweepLimit)) {
    if (!ctx.authorisations.has(paymentId) && !ctx.undoings.has(paymentId)) await resume(ctx, paymentId);
  }
}

async function resume(ctx: OperatorContext, paymentId: PaymentId): Promise<void> {
  const payment = await ctx.store.findPayment(paymentId);
  if (payment === undefined) return;
  const { state, terms } = payment;
  if (state === 'authorising' && terms !== null) {
    const { offline } = readStoredPayload<PaymentRequest>(payment.requestJws);
    if (offline === undefined) authorise(ctx, { ...payment, terms }, null);
    else bookRedemption(ctx, { ...payment, terms });
  }
  if (state === 'reversing') pursueReversal(ctx, paymentId);
  if (state !== 'cancelling') return;
  for (const { cancelId, state: cancelState } of await ctx.store.listCancels(paymentId)) {
    if (cancelState === 'cancelling' && !ctx.undoings.has(cancelId)) pursueCancel(ctx, cancelId);
  }
}
