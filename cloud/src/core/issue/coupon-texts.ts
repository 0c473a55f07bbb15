import type { EntitlementBody } from '@scanpay/shared/api/operator.ts';
import { formatAuthNumber } from '@scanpay/shared/auth-barcode/auth-number.ts';
import { type BusinessDate, formatSeoulTime } from '@scanpay/shared/clock.ts';
import type { AuthNumber } from '@scanpay/shared/ids.ts';
import { maskName } from '../verify/mask-name.ts';

/** What the customer is told about a coupon, beside the barcode itself ([0030], [0041], claim 10). */
export interface CouponFacts {
  name: string;
  authNumber: AuthNumber;
  validFromMs: number;
  validUntilMs: number;
  entitlements: readonly Pick<EntitlementBody, 'title' | 'headcount' | 'visitFrom' | 'visitTo'>[];
}

export interface OfferText {
  title: string;
  /** Headcount and visit, for behind the title; '' in the line that counts the offers left out. */
  detail: string;
}

/** The lines under the code, from the most to the least important. */
export interface CouponTexts {
  greeting: string;
  authNumber: string;
  validity: string;
  offers: OfferText[];
}

/** MM/DD, or MM/DD~MM/DD. */
function formatVisit(from: BusinessDate, to: BusinessDate): string {
  const short = (date: BusinessDate) => date.slice(5).replace('-', '/');
  return from === to ? short(from) : `${short(from)}~${short(to)}`;
}

/** To the minute in Seoul; the end is the last minute in which the coupon is still good. */
function formatValidity({ validFromMs, validUntilMs }: CouponFacts): string {
  const minute = (ms: number) => formatSeoulTime(ms).slice(0, 16);
  return `${minute(validFromMs)} ~ ${minute(validUntilMs - 1)}`;
}

/** At most `maxOffers` lines of offers; the last of them counts those left out. */
export function makeCouponTexts(facts: CouponFacts, maxOffers: number): CouponTexts {
  const lines = facts.entitlements.map(({ title, headcount, visitFrom, visitTo }) => ({
    title: title.ko,
    detail: ` (${headcount}명, ${formatVisit(visitFrom, visitTo)})`,
  }));
  const isCut = lines.length > maxOffers;
  const shown = isCut ? lines.slice(0, maxOffers - 1) : lines;
  const offers = isCut ? [...shown, { title: `외 ${lines.length - shown.length}건`, detail: '' }] : shown;
  return {
    greeting: `${maskName(facts.name)} 님의 모바일 쿠폰`,
    authNumber: formatAuthNumber(facts.authNumber),
    validity: formatValidity(facts),
    offers,
  };
}
