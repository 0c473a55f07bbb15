import type { RegistrationId } from '@scanpay/shared/ids.ts';
import { type CouponFacts, makeCouponTexts } from './coupon-texts.ts';

/** Korean gateways take 40 bytes of subject and 2,000 of text in CP949, where Hangul counts two. */
export const maxMmsTextBytes = 2000;
export const mmsSubject = '[ScanPay] 모바일 쿠폰';

/** Upper bound of the length in CP949: one byte for ASCII, two for everything else. */
export function measureCp949(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += character.charCodeAt(0) < 0x80 ? 1 : 2;
  return bytes;
}

/**
 * The coupon page with the code in the fragment, which a browser never sends to a server. Everything but letters,
 * digits and the colon is percent-encoded, for a phone ends a link at a blank, a `*` or a final dot.
 */
export function makeCouponLink(pageBaseUrl: string, barcode: string): string {
  const fragment = barcode.replace(/[^0-9A-Za-z:]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
    return `%${code}`;
  });
  return `${pageBaseUrl.replace(/\/+$/u, '')}/coupon#${fragment}`;
}

/** The PG's page for changing dates; the registration id is what the customer is known by there, so it stays in the fragment. */
export const makeScheduleLink = (pageBaseUrl: string, registrationId: RegistrationId): string =>
  `${pageBaseUrl.replace(/\/+$/u, '')}/schedule#${registrationId}`;

/** Where the message leads to; null: not there. */
export interface MmsLinks {
  coupon: string | null;
  schedule: string | null;
}

/** The message beside the picture (claim 10): auth number and validity, the offers as far as they fit, the link. */
export function makeMmsText(facts: CouponFacts, links: MmsLinks): string {
  for (let maxOffers = facts.entitlements.length; maxOffers > 1; maxOffers--) {
    const text = layOut(facts, links, maxOffers);
    if (measureCp949(text) <= maxMmsTextBytes) return text;
  }
  return layOut(facts, links, 1);
}

function layOut(facts: CouponFacts, { coupon, schedule }: MmsLinks, maxOffers: number): string {
  const { greeting, authNumber, validity, offers } = makeCouponTexts(facts, maxOffers);
  return [
    `[ScanPay] ${greeting}`,
    `인증번호: ${authNumber}`,
    `유효기간: ${validity}`,
    '',
    ...offers.map(({ title, detail }) => `- ${title}${detail}`),
    '',
    '매장에서 바코드를 보여 주세요. 인증번호만으로는 현금 결제에만 쓸 수 있습니다.',
    ...(schedule === null ? [] : ['', `일정 변경: ${schedule}`]),
    ...(coupon === null ? [] : ['', `쿠폰 보기: ${coupon}`]),
  ].join('\n');
}
