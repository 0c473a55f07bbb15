import type { EntitlementBody } from '@scanpay/shared/api/operator.ts';
import type { Offer, RegistrationBody } from '@scanpay/shared/api/pg.ts';
import {
  type Card,
  holdsCardNumber,
  isExpired,
  parseCardNumber,
  parseExpiry,
} from '@scanpay/shared/auth-barcode/card-number.ts';
import { addBusinessDays, type BusinessDate, businessDateAt, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { OfferId } from '@scanpay/shared/ids.ts';

/** What the PG sells, by offer id. */
export type Catalogue = ReadonlyMap<OfferId, Offer>;

export interface RegistrationRules {
  /** A visit may lie at most this many days ahead, so that a coupon has an end. */
  maxDaysAhead: number;
  /** A coupon lives on this long after its last day of visit: a dinner paid after midnight, a late check-out. */
  graceMs: number;
}

/** A registration that may be stored. The card lives in memory only. */
export interface CheckedRegistration {
  name: string;
  address: string;
  mobile: string;
  card: Card;
  entitlements: EntitlementBody[];
  validFromMs: number;
  validUntilMs: number;
}

type Item = RegistrationBody['items'][number];

/**
 * S01: everything a person can get wrong on the page. Refuses with `invalid_input`, `card_number_invalid`,
 * `card_expiry_past`, `offer_unknown` or `schedule_past`; the detail names the field by JSON pointer, never its value.
 */
export function checkRegistration(
  body: RegistrationBody,
  catalogue: Catalogue,
  rules: RegistrationRules,
  nowMs: number,
): Result<CheckedRegistration> {
  const name = tidy(body.name);
  if (name === '') return refuse('invalid_input', '/name');
  const address = tidy(body.address);
  if (address === '') return refuse('invalid_input', '/address');
  // These two are kept in clear, and a card number must not be.
  if (holdsCardNumber(name)) return refuse('invalid_input', '/name: a card number does not belong here');
  if (holdsCardNumber(address)) return refuse('invalid_input', '/address: a card number does not belong here');
  const card = checkCard(body.card, nowMs);
  if (!card.ok) return card;
  const entitlements: EntitlementBody[] = [];
  const offers: Offer[] = [];
  for (const [index, item] of body.items.entries()) {
    const pointer = `/items/${index}`;
    const offer = catalogue.get(item.offerId);
    if (offer === undefined) return refuse('offer_unknown', `${pointer}/offerId`);
    if (offers.includes(offer)) return refuse('invalid_input', `${pointer}/offerId: asked for twice`);
    const schedule = checkSchedule(item, pointer, rules, nowMs);
    if (!schedule.ok) return schedule;
    offers.push(offer);
    entitlements.push(toEntitlement(offer, item));
  }
  // Whole seconds, as the barcode has them (RFC 8392 NumericDate), and begun already when the customer gets it.
  const validFromMs = Math.floor(nowMs / 1000) * 1000;
  const validUntilMs = couponEndMs(body.items, offers, rules.graceMs, validFromMs);
  const { mobile } = body;
  return accept({ name, address, mobile, card: card.value, entitlements, validFromMs, validUntilMs });
}

/** One line of composed (NFC) text: phones send Korean decomposed at times, and pasted text carries line ends. */
export function tidy(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

function checkCard(typed: RegistrationBody['card'], nowMs: number): Result<Card> {
  const number = parseCardNumber(typed.number);
  if (!number.ok) return refuse(number.code, `/card/number: ${number.detail}`);
  const expiry = parseExpiry(typed.expiry);
  if (!expiry.ok) return refuse(expiry.code, `/card/expiry: ${expiry.detail}`);
  if (isExpired(expiry.value, nowMs)) return refuse('card_expiry_past', '/card/expiry');
  return accept({ number: number.value, expiry: expiry.value });
}

function checkSchedule(item: Item, pointer: string, rules: RegistrationRules, nowMs: number): Result<void> {
  const today = businessDateAt(nowMs);
  const days = checkDays(item, pointer);
  if (!days.ok) return days;
  if (item.visitFrom < today) return refuse('schedule_past', `${pointer}/visitFrom`);
  const lastDay = addBusinessDays(today, rules.maxDaysAhead);
  if (item.visitTo > lastDay) return refuse('invalid_input', `${pointer}/visitTo: later than ${lastDay}`);
  return accept(undefined);
}

/** Two days of the calendar, in their order; `pointer` is where they stand in the body. Refuses with `invalid_input`. */
export function checkDays(
  { visitFrom, visitTo }: { visitFrom: BusinessDate; visitTo: BusinessDate },
  pointer: string,
): Result<void> {
  if (!isCalendarDay(visitFrom)) return refuse('invalid_input', `${pointer}/visitFrom: no such day`);
  if (!isCalendarDay(visitTo)) return refuse('invalid_input', `${pointer}/visitTo: no such day`);
  return visitTo < visitFrom ? refuse('invalid_input', `${pointer}/visitTo: before visitFrom`) : accept(undefined);
}

/** `2026-02-31` fits the pattern, but JavaScript reads it as 3 March. */
function isCalendarDay(date: BusinessDate): boolean {
  return businessDateAt(startOfBusinessDateMs(date)) === date;
}

function toEntitlement(offer: Offer, item: Item): EntitlementBody {
  const { offerId, title, merchantId, discount, uses } = offer;
  const { visitFrom, visitTo, headcount } = item;
  return { offerId, title, merchantId, discount, uses, visitFrom, visitTo, headcount };
}

/** The end of the last day of visit in Seoul plus grace, but no later than the shortest-lived offer allows. */
function couponEndMs(items: readonly Item[], offers: readonly Offer[], graceMs: number, fromMs: number): number {
  const ends = items.map((item) => startOfBusinessDateMs(addBusinessDays(item.visitTo, 1)));
  const caps = offers.flatMap((offer) => (offer.validForMs === null ? [] : [fromMs + offer.validForMs]));
  return Math.min(Math.max(...ends) + graceMs, ...caps);
}
