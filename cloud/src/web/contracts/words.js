// @ts-check
import { formatWon } from '../../../../shared/src/web/format.js';
import { say } from '../../../../shared/src/web/language.js';

/** @typedef {import('../../../../shared/src/api/contract.ts').ContractVersion} ContractVersion */

export const tenderWords = {
  card: { ko: '카드', en: 'card' },
  cash: { ko: '현금', en: 'cash' },
  all: { ko: '전체 결제수단', en: 'all tenders' },
};

const amountWords = {
  'amount-per-person': { ko: '1인당', en: 'each person' },
  'amount-per-night': { ko: '1박당', en: 'each night' },
  'amount-per-day': { ko: '1일당', en: 'each day' },
};

const weekdays = [
  { ko: '월요일', en: 'Monday' },
  { ko: '화요일', en: 'Tuesday' },
  { ko: '수요일', en: 'Wednesday' },
  { ko: '목요일', en: 'Thursday' },
  { ko: '금요일', en: 'Friday' },
];

/** @param {ContractVersion['discount']} discount */
export function describeDiscount(discount) {
  if (discount === null) return say({ ko: '판매 조건대로', en: 'as sold' });
  if (discount.kind === 'percent') return `${discount.bps / 100}%`;
  const { ko, en } = amountWords[discount.kind];
  return say({ ko: `${ko} ${formatWon(discount.amountWon)}`, en: `${formatWon(discount.amountWon)} ${en}` });
}

const taxWords = {
  taxable: { ko: '과세', en: 'taxable' },
  exempt: { ko: '면세', en: 'tax-free' },
  simplified: { ko: '간이과세자', en: 'simplified taxpayer' },
};

/** @param {Pick<ContractVersion, 'taxation' | 'vatType'>} version */
export function describeTax({ taxation = 'taxable', vatType = 'general' }) {
  const words = say(taxWords[taxation]);
  return vatType === 'simplified' ? `${words} · ${say(taxWords.simplified)}` : words;
}

/** @param {ContractVersion['settlementCycle']} cycle */
export function describeCycle(cycle) {
  if (cycle.kind === 'same-day') return say({ ko: '당일', en: 'same day' });
  if (cycle.kind === 'daily') return `D+${cycle.bankingDays}`;
  if (cycle.kind === 'monthly') return say({ ko: `다음 달 ${cycle.day}일`, en: `day ${cycle.day} of the next month` });
  const { ko, en } = weekdays[cycle.weekday - 1] ?? { ko: '', en: '' };
  return say({ ko: `다음 주 ${ko}`, en: `${en} of the next week` });
}

/** @param {ContractVersion['cardFee']} fee */
export function describeFee({ bps, minWon, capWon }) {
  const least = minWon === 0 ? '' : ` ≥ ${formatWon(minWon)}`;
  const most = capWon === null ? '' : ` ≤ ${formatWon(capWon)}`;
  return `${bps / 100}%${least}${most}`;
}
