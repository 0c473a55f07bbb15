import type { HandOver } from '@scanpay/shared/api/hand-over.ts';
import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import type { NoticeReceipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { Merchant } from '../receipts/make-receipt.ts';

const outcomeWords: Record<HandOver['checks'][number]['outcome'], string> = {
  ok: '정상 OK',
  warning: '주의 WARNING',
  fault: '이상 FAULT',
  skipped: '생략 SKIPPED',
};

/** The shop's paper of the hand-over; the digest names the document that the operator keeps. */
export function makeHandOverSlip(
  handOver: HandOver,
  { merchant, digest, kid }: { merchant: Merchant; digest: string; kid: string },
): NoticeReceipt {
  const { deviceId, technician, checks, handedOverAtMs } = handOver;
  return {
    kind: 'notice',
    title: '단말기 인수증 / Hand-over',
    lines: [
      merchant.name,
      `사업자번호 ${merchant.businessNumber}`,
      `단말기 Box: ${deviceId}`,
      `설치기사 Technician: ${technician}`,
      `일시 Date: ${formatSeoulTime(handedOverAtMs)}`,
      '',
      ...checks.map(({ check, part, outcome }) => `${outcomeWords[outcome]}  ${check}${part === '' ? '' : ` ${part}`}`),
      '',
      '전자서명 Signature (SHA-256):',
      `  ${digest.slice(0, 22)}`,
      `  ${digest.slice(22)}`,
      `  ${kid}`,
      '',
      '인수자 서명 Received by:',
      '',
      '',
      '____________________',
    ],
    printedAtMs: handedOverAtMs,
    reprint: false,
  };
}
