import Type, { type Static } from 'typebox';
import { accept, type Result, refuse } from '../errors.ts';

/** 소득공제용 (a person's income deduction) or 지출증빙용 (a business's proof of expense). */
export const CashReceiptPurposeSchema = Type.Union([
  Type.Literal('income-deduction'),
  Type.Literal('business-expense'),
]);
export type CashReceiptPurpose = Static<typeof CashReceiptPurposeSchema>;

/** Whom a cash receipt (현금영수증) names to the tax service; digits only. */
export interface ReceiptIdentity {
  purpose: CashReceiptPurpose;
  kind: 'mobile' | 'receipt-card' | 'business-number';
  digits: string;
}

/** 자진발급: the tax service's own number for a sale whose customer names nobody. */
export const selfIssueIdentity: ReceiptIdentity = {
  purpose: 'income-deduction',
  kind: 'mobile',
  digits: '0100001234',
};

const mobile = /^(010[0-9]{8}|01[16789][0-9]{7,8})$/;
/** 현금영수증 전용카드 and other cards registered for it: 13 to 19 digits. */
const receiptCard = /^[0-9]{13,19}$/;
const weights = [1, 3, 7, 1, 3, 7, 1, 3, 5];

/** The check digit of a Korean business number (사업자등록번호): weights 1 3 7 1 3 7 1 3 5, the ninth product's tens added. */
export function isBusinessNumber(digits: string): boolean {
  if (!/^[0-9]{10}$/.test(digits)) return false;
  const at = (position: number) => Number(digits[position]);
  const sum = weights.reduce((total, weight, position) => total + weight * at(position), 0);
  return (10 - ((sum + Math.floor((at(8) * 5) / 10)) % 10)) % 10 === at(9);
}

/**
 * Reads what a customer says at the counter; spaces and hyphens are allowed. For income deduction a mobile number or a
 * cash receipt card, for a business its number. A resident number (주민등록번호, 13 digits) cannot be told from a card by its
 * length, so 13 digits that begin with a date of birth are refused: it must not be collected.
 * Code: cash_receipt_number_invalid.
 */
export function parseReceiptIdentity(purpose: CashReceiptPurpose, text: string): Result<ReceiptIdentity> {
  const digits = text.replace(/[ -]/g, '');
  const kind = kindOf(purpose, digits);
  return kind === undefined ? refuse('cash_receipt_number_invalid') : accept({ purpose, kind, digits });
}

function kindOf(purpose: CashReceiptPurpose, digits: string): ReceiptIdentity['kind'] | undefined {
  if (purpose === 'business-expense') return isBusinessNumber(digits) ? 'business-number' : undefined;
  if (mobile.test(digits)) return 'mobile';
  return receiptCard.test(digits) && !residentNumber.test(digits) ? 'receipt-card' : undefined;
}

const residentNumber = /^[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[1-8][0-9]{6}$/;

/** As slips and pages show it: `010-****-5678`, `123-45-*****`, `1544-****-****-**34`. */
export function maskReceiptIdentity({ kind, digits }: ReceiptIdentity): string {
  if (kind === 'mobile') return `${digits.slice(0, 3)}-****-${digits.slice(-4)}`;
  if (kind === 'business-number') return `${digits.slice(0, 3)}-${digits.slice(3, 5)}-*****`;
  return `${digits.slice(0, 4)}-****-****-**${digits.slice(-2)}`;
}
