import type { PreRegistrationBody } from '@scanpay/shared/api/operator.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { openSoldCoupon, type SoldCoupon, toSoldCoupon } from '@scanpay/shared/settlement/sold-coupon.ts';
import type { ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { canonicalJson } from '../approve/canonical-json.ts';

/**
 * The PG's signed word on the coupon it hands over, kept as evidence of what discounts were promised.
 * Codes: signature_invalid, invalid_input (it is the word on something else).
 */
export async function checkSold(body: PreRegistrationBody, resolvePgKey: ResolveKey): Promise<Result<SoldCoupon>> {
  const opened = await openSoldCoupon(body.soldJws, resolvePgKey);
  if (!opened.ok) return refuse(opened.code, `/soldJws: ${opened.detail}`);
  const isSame = canonicalJson(opened.value) === canonicalJson(toSoldCoupon(body));
  return isSame ? accept(opened.value) : refuse('invalid_input', '/soldJws: another coupon than is handed over');
}
