import { createHmac } from 'node:crypto';
import type { RegistrationBody, RegistrationReply } from '@scanpay/shared/api/pg.ts';
import { sealCardBox } from '@scanpay/shared/auth-barcode/card-box.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { RegistrationId } from '@scanpay/shared/ids.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { canonicalJson } from '../../core/approve/canonical-json.ts';
import { checkRegistration } from '../../core/register/check-registration.ts';
import type { PgRegistration } from '../../ports/pg-store.ts';
import { withinDeadline } from '../common/deadline.ts';
import { handOver } from './hand-over.ts';
import type { PgContext } from './pg-context.ts';

/**
 * S01–S03. The card number is in memory during this call only; what is stored is sealed. Idempotent on the
 * registration id: `registration_conflict` for another body under the same id. Other refusals: see `checkRegistration`.
 */
export async function register(ctx: PgContext, body: RegistrationBody): Promise<Result<RegistrationReply>> {
  const known = await ctx.store.findRegistration(body.registrationId);
  if (known !== undefined) return repeatRegistration(ctx, known, body);
  const { store, scheduler, keys, config } = ctx;
  const nowMs = scheduler.nowMs();
  const checked = checkRegistration(body, ctx.catalogue, config.rules, nowMs);
  if (!checked.ok) return checked;
  const { card, ...kept } = checked.value;
  const couponId = ctx.ids.couponId();
  const { registrationId } = body;
  const registration: PgRegistration = {
    registrationId,
    couponId,
    bodySha256: hashWithoutCard(body),
    ...kept,
    state: 'stored',
    createdAtMs: nowMs,
  };
  const isNew = await store.addRegistration(registration, {
    couponId,
    cardBox: sealCardBox(card, couponId, keys.cardBoxKey),
    cardFingerprint: fingerprint(ctx, body),
    deleteAtMs: nowMs + config.cardHoldMs,
  });
  if (!isNew) {
    const winner = await store.findRegistration(registrationId);
    return winner === undefined ? refuse('internal') : repeatRegistration(ctx, winner, body);
  }
  return waitForHandOver(ctx, registration);
}

/**
 * How far a registration has come. Refuses with `not_found`, or with `registration_lapsed` when the card data ran out
 * of time before the operator had it: such a registration can never become a coupon.
 */
export async function findRegistrationState(ctx: PgContext, id: RegistrationId): Promise<Result<RegistrationReply>> {
  const registration = await ctx.store.findRegistration(id);
  if (registration === undefined) return refuse('not_found');
  if (registration.state !== 'stored') return accept(toReply(registration));
  const held = await ctx.store.findHeldCardBox(registration.couponId);
  if (held !== undefined) return accept(toReply(registration));
  // S05 removes the box and moves the state on at once: what is `stored` now, after the box was missed, has lapsed.
  const latest = await ctx.store.findRegistration(id);
  return latest === undefined || latest.state === 'stored' ? refuse('registration_lapsed') : accept(toReply(latest));
}

function toReply({ registrationId, couponId, state, validUntilMs }: PgRegistration): RegistrationReply {
  return { registrationId, couponId, state, validUntilMs };
}

async function repeatRegistration(
  ctx: PgContext,
  known: PgRegistration,
  body: RegistrationBody,
): Promise<Result<RegistrationReply>> {
  if (known.bodySha256 !== hashWithoutCard(body)) return refuse('registration_conflict');
  const held = await ctx.store.findHeldCardBox(known.couponId);
  if (held !== undefined && held.cardFingerprint !== fingerprint(ctx, body)) return refuse('registration_conflict');
  return waitForHandOver(ctx, known);
}

async function waitForHandOver(ctx: PgContext, registration: PgRegistration): Promise<Result<RegistrationReply>> {
  const { registrationId } = registration;
  await withinDeadline(ctx.scheduler, handOver(ctx, registrationId), ctx.config.handOverReplyMs);
  return findRegistrationState(ctx, registrationId);
}

function hashWithoutCard({ card: _card, ...rest }: RegistrationBody): string {
  return sha256Base64Url(canonicalJson(rest));
}

/** Keyed and bound to the registration, so that it tells nothing to who has no key; deleted with the card box. */
function fingerprint(ctx: PgContext, { registrationId, card }: RegistrationBody): string {
  const digits = card.number.replace(/[^0-9]/gu, '');
  return createHmac('sha256', ctx.keys.fingerprintKey)
    .update(`${registrationId} ${digits} ${card.expiry}`)
    .digest('base64url');
}
