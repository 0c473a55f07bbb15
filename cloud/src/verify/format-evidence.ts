import type { EvidenceReport } from '../core/audit/audit-evidence.ts';
import type { EvidenceFinding, FindingReason } from '../core/audit/finding.ts';
import { companyWords, describeDifference, type Words } from './finding-words.ts';

/** One line where all follows; else each finding, in English and Korean, with what should be there and what is. */
export function formatEvidence({ payments, words, underWay, findings, findingCount }: EvidenceReport): string {
  const way = underWay === 0 ? '' : `, ${underWay} bookings still on their way`;
  const counted = `${payments} payments, ${words} signed bookings${way}`;
  if (findingCount === 0) return `ok    evidence ${counted}`;
  const left = findingCount - findings.length;
  const more = left === 0 ? [] : [`      and ${left} more (그 밖에 ${left}건)`];
  return [`FAULT evidence ${counted}`, ...findings.map(describeFinding), ...more].join('\n');
}

const kindWords = { sale: '매출', cancel: '취소', reversal: '망취소' } as const;

function describeFinding(finding: EvidenceFinding): string {
  const { company, paymentId, kind, cancelId, seq, reason } = finding;
  const where = seq === null ? { en: company, ko: '' } : { en: `${company}, entry ${seq}`, ko: ` 장부 ${seq}번` };
  const id = cancelId === null ? '' : ` ${cancelId}`;
  const { en, ko } = words[reason];
  return [
    `      ${where.en}: ${kind}${id} of payment ${paymentId} ${en}`,
    `      ${companyWords[company]}${where.ko}: 결제 ${paymentId}의 ${kindWords[kind]}${id} – ${ko}`,
    ...describeDifference(finding),
  ].join('\n');
}

const words: Readonly<Record<FindingReason, Words>> = {
  'entry-missing': {
    en: 'is signed for, and not in the book',
    ko: '서명된 증빙은 있으나 장부에 없습니다',
  },
  'entry-unproven': {
    en: 'is in the book, and the signed word on it is not there',
    ko: '장부에는 있으나 서명된 증빙이 없습니다',
  },
  'entry-differs': {
    en: 'is in the book with other amounts, parties or dates than were signed',
    ko: '장부의 금액·당사자·날짜가 서명된 증빙과 다릅니다',
  },
  replayed: { en: 'stands twice', ko: '두 번 기장되어 있습니다' },
  'out-of-course': {
    en: 'takes back what is not there to be taken back',
    ko: '취소할 것이 남아 있지 않은데 취소하였습니다',
  },
  'word-forged': {
    en: 'has a word beside it that this company has not signed with a key that was its own then',
    ko: '증빙이 이 회사가 당시의 키로 서명한 것이 아닙니다',
  },
  'peer-word-missing': { en: 'has no word of the company that did it', ko: '처리한 회사의 증빙이 없습니다' },
  'peer-word-forged': {
    en: 'has a word beside it that the company which did it has not signed with a key that was its own then',
    ko: '처리한 회사의 증빙이 그 회사가 당시의 키로 서명한 것이 아닙니다',
  },
  'peer-word-differs': {
    en: 'is something else by the word of the company that did it',
    ko: '처리한 회사의 증빙과 내용이 다릅니다',
  },
  'counterpart-missing': {
    en: 'is at the other company, and not here as it should be',
    ko: '상대 회사에는 있으나 여기에는 그대로 있지 않습니다',
  },
  'request-missing': { en: 'was asked for by no terminal', ko: '단말기가 요청한 기록이 없습니다' },
  'request-forged': {
    en: 'has a request that the terminal has not signed with a key that was its own then',
    ko: '요청이 그 단말기가 당시의 키로 서명한 것이 아닙니다',
  },
  'request-differs': { en: 'is not what the terminal asked for', ko: '단말기가 요청한 내용과 다릅니다' },
  'answer-missing': { en: 'was not told to the terminal', ko: '단말기에 알린 기록이 없습니다' },
  'answer-forged': {
    en: 'was told to the terminal in words that the operator has not signed with a key that was its own then',
    ko: '단말기에 알린 내용이 운영사가 당시의 키로 서명한 것이 아닙니다',
  },
  'answer-differs': { en: 'was told to the terminal differently', ko: '단말기에는 다른 내용으로 알렸습니다' },
  'date-differs': {
    en: 'is booked on a date before the terminal asked for it',
    ko: '단말기가 요청하기 전의 날짜로 기장되어 있습니다',
  },
  'visit-differs': {
    en: 'is for another headcount, visit or offer than the terminal signed',
    ko: '인원·방문일·상품이 단말기가 서명한 것과 다릅니다',
  },
  'coupon-missing': {
    en: 'has no signed word of the PG on what the coupon promised',
    ko: '쿠폰의 할인 조건에 대한 PG사의 서명된 증빙이 없습니다',
  },
  'coupon-forged': {
    en: 'has terms of its coupon that the PG has not signed with a key that was its own then',
    ko: '쿠폰의 할인 조건이 PG사가 당시의 키로 서명한 것이 아닙니다',
  },
  'offer-not-sold': {
    en: 'is for an offer at a merchant that the coupon was not sold for',
    ko: '쿠폰으로 판매되지 않은 상품이거나 다른 가맹점의 상품입니다',
  },
  'used-too-often': {
    en: 'uses its coupon more often than it was sold',
    ko: '쿠폰을 판매된 횟수보다 더 많이 사용하였습니다',
  },
  'terms-unknown': {
    en: 'was taken offline by terms that are not there, or not as the terminal signed for them',
    ko: '오프라인 승인에 쓴 조건이 없거나 단말기가 서명한 것과 다릅니다',
  },
  'discount-not-agreed': {
    en: 'is not charged as list price, coupon and contract make it',
    ko: '결제 금액이 정가와 쿠폰·계약의 할인으로 계산한 금액과 다릅니다',
  },
  'contract-unknown': {
    en: 'pins a version of a contract that is not there, or was changed since',
    ko: '적용한 계약이 없거나 그 뒤에 고쳐졌습니다',
  },
  'contract-not-in-force': {
    en: 'is divided by a version of the contract that did not hold for it',
    ko: '그 거래에 적용되지 않는 계약으로 나누었습니다',
  },
  'fee-not-agreed': { en: 'is not divided as the contract says', ko: '수수료가 계약대로 나뉘지 않았습니다' },
  'tax-not-agreed': { en: 'is not taxed as the contract says', ko: '부가세가 계약대로 계산되지 않았습니다' },
  'payout-not-agreed': {
    en: 'is to be paid on another date than the contract says',
    ko: '지급일이 계약의 정산 주기와 다릅니다',
  },
};
