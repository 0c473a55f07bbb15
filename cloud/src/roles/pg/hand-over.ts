import type { RegistrationId } from '@scanpay/shared/ids.ts';
import { signSoldCoupon } from '@scanpay/shared/settlement/sold-coupon.ts';
import type { PgContext } from './pg-context.ts';

/** How many registrations one sweep takes up again. */
const sweepLimit = 1_000;

/**
 * S03: brings the registration to the operator, again and again until the barcode is sent or the card box is gone
 * (deleted by S05, or at its time limit). Resolves with false when stopped before that.
 */
export function handOver(ctx: PgContext, registrationId: RegistrationId): Promise<boolean> {
  return ctx.handOvers.run(registrationId, () => tryHandOver(ctx, registrationId));
}

/** Takes up again what a crash or a full queue left behind; what is under way keeps its pauses. */
export async function resumeHandOvers(ctx: PgContext): Promise<void> {
  if (ctx.handOvers.size() >= sweepLimit) return;
  for (const registrationId of await ctx.store.listUnsentRegistrations(sweepLimit)) {
    // A failure ends in the log, and in the next try.
    if (!ctx.handOvers.has(registrationId)) void handOver(ctx, registrationId);
  }
}

async function tryHandOver(ctx: PgContext, registrationId: RegistrationId): Promise<boolean> {
  const { store, operator, log } = ctx;
  const registration = await store.findRegistration(registrationId);
  if (registration === undefined || registration.state === 'sent') return true;
  const { couponId, name, mobile, validFromMs, validUntilMs, entitlements } = registration;
  const held = await store.findHeldCardBox(couponId);
  if (held === undefined) return true;
  const cardBox = Buffer.from(held.cardBox).toString('base64url');
  const soldJws = await signSoldCoupon({ couponId, validFromMs, validUntilMs, entitlements }, ctx.keys.signer);
  const answer = await operator.preRegister({
    couponId,
    registrationId,
    name,
    mobile,
    validFromMs,
    validUntilMs,
    entitlements,
    cardBox,
    soldJws,
  });
  if (!answer.ok) {
    log.error({ registrationId, code: answer.code, detail: answer.detail }, 'the operator refuses a registration');
    return false;
  }
  const isSent = answer.value.state === 'sent';
  await store.setRegistrationState(registrationId, isSent ? 'sent' : 'handed-over');
  return isSent;
}
