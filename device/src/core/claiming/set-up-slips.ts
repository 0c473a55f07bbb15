import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import { errorTable } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { NoticeReceipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { CheckResult, Outcome } from '../doctor/report.ts';
import { checkNames } from '../doctor/words.ts';
import { type Claiming, describeClaiming, type Refusal } from './claiming.ts';

/** What the first slip says of the box's place. */
export interface PlaceFacts {
  deviceId: DeviceId;
  merchant: { name: string; businessNumber: string };
  /** `https://host:port` where it enrolled. */
  enrolmentUrl: string;
  /** SHA-256 of the operator's CA. */
  caSha256: string;
  expiresAtMs: number;
}

const outcomeWords: Record<Outcome, string> = {
  ok: '정상 OK',
  warning: '주의 WARNING',
  fault: '이상 FAULT',
  skipped: '생략 SKIPPED',
};

/** The first slip of a box: whose it is, where it stands, and whether all of it works. */
export function makeFirstSlip(facts: PlaceFacts, checks: readonly CheckResult[], printedAtMs: number): NoticeReceipt {
  const { deviceId, merchant, enrolmentUrl, caSha256, expiresAtMs } = facts;
  const faults = checks.filter(({ finding }) => finding.outcome === 'fault').length;
  return {
    kind: 'notice',
    title: '설치 완료 / Set up',
    lines: [
      merchant.name,
      `사업자번호 ${merchant.businessNumber}`,
      `단말기 Box: ${deviceId}`,
      `운영사 Operator: ${URL.parse(enrolmentUrl)?.host ?? enrolmentUrl}`,
      `  CA ${caSha256.slice(0, 16)}`,
      '인증서 유효 Certificate until:',
      `  ${formatSeoulTime(expiresAtMs)}`,
      '',
      '점검 결과 Self-test:',
      ...checks.flatMap(describeCheck),
      '',
      faults === 0 ? '이상이 없습니다. All is well.' : `확인할 것 ${faults}건. ${faults} faults to see to.`,
    ],
    printedAtMs,
    reprint: false,
  };
}

function describeCheck({ check, finding }: CheckResult): string[] {
  const { ko, en } = checkNames[check];
  const head = `${outcomeWords[finding.outcome]}  ${ko} ${en}`;
  if (finding.outcome !== 'fault') return [head];
  return [head, `  ${finding.seen}`, ...finding.advice.flatMap((words) => [`  → ${words.ko}`, `  → ${words.en}`])];
}

/** Why a code was refused, for a technician without a screen. */
export function makeRefusalSlip(state: Claiming, refusal: Refusal): NoticeReceipt {
  const { headline, advice } = describeClaiming({ ...state, stage: 'waiting', refusal });
  const own = refusal.code === 'set_up_busy' ? errorTable.set_up_busy : headline;
  return {
    kind: 'notice',
    title: '설치 안내 / Set-up',
    lines: [own.ko, own.en, '', advice.ko, advice.en, '', refusal.code],
    printedAtMs: refusal.atMs,
    reprint: false,
  };
}

/** What is left on the boot partition for whoever puts the card into a PC. */
export function describeOrderEnd(
  order: 'claim' | 'wifi',
  { deviceId, failure, atMs }: { deviceId: string | null; failure: Omit<Refusal, 'atMs'> | null; atMs: number },
): string {
  const lines =
    failure === null
      ? [
          order === 'claim' ? `설치했습니다: ${deviceId ?? ''}` : '와이파이에 연결했습니다.',
          order === 'claim' ? `The box is set up: ${deviceId ?? ''}` : 'The Wi-Fi is joined.',
        ]
      : [
          errorTable[failure.code].ko,
          errorTable[failure.code].en,
          `${failure.code}${failure.detail === '' ? '' : `: ${failure.detail}`}`,
        ];
  return [failure === null ? 'OK' : 'REFUSED', ...lines, `${formatSeoulTime(atMs)} (Asia/Seoul)`].join('\n');
}
