import type { Bilingual } from '../schema.ts';

/** Perceived severities of ITU-T X.733 §8.1.2.3, and 3GPP TS 28.545; `cleared` is a state here. */
export const alarmSeverities = ['critical', 'major', 'minor', 'warning'] as const;
export type AlarmSeverity = (typeof alarmSeverities)[number];

/** Event types of ITU-T X.733 §8.1.1. */
export type AlarmEventType =
  | 'communications'
  | 'equipment'
  | 'environmental'
  | 'processing-error'
  | 'quality-of-service';

export interface AlarmKind {
  /** Who sees that it begins, and that it is over. */
  source: 'box' | 'operator';
  severity: AlarmSeverity;
  eventType: AlarmEventType;
  /** What is wrong, and what to do. */
  words: Bilingual;
}

/**
 * Every alarm there is, by its code. The code is stable. One more is one line, and a condition for it in
 * `device/src/core/alarms/conditions.ts` or at the operator.
 */
export const alarmKinds = {
  'printer-fault': kind('box', 'major', 'equipment', '프린터를 쓸 수 없습니다.', 'The printer does not work.'),
  'printer-paper-out': kind('box', 'minor', 'equipment', '프린터 용지가 없습니다.', 'The printer is out of paper.'),
  'scanner-gone': kind('box', 'major', 'equipment', '스캐너가 응답하지 않습니다.', 'The scanner does not answer.'),
  'clock-untrusted': kind(
    'box',
    'major',
    'processing-error',
    '단말기 시각을 믿을 수 없어 결제를 받지 못합니다.',
    'The box has no trusted time and takes no payments.',
  ),
  'clock-drift': kind(
    'box',
    'warning',
    'processing-error',
    '단말기 시계가 어긋납니다.',
    'The clock of the box drifts.',
  ),
  'disk-low': kind('box', 'major', 'processing-error', '저장 공간이 부족합니다.', 'Disk space runs out.'),
  'journal-error': kind(
    'box',
    'critical',
    'processing-error',
    '거래 기록을 쓰지 못해 단말기가 멈춘 적이 있습니다.',
    'The box could not write its journal and had to stop.',
  ),
  'temperature-high': kind('box', 'minor', 'environmental', '단말기 온도가 높습니다.', 'The box is too hot.'),
  'spool-full': kind(
    'box',
    'minor',
    'quality-of-service',
    '인쇄 대기 영수증이 너무 많습니다.',
    'Too many receipts wait for the printer.',
  ),
  'payment-unresolved': kind(
    'box',
    'major',
    'processing-error',
    '결과를 알 수 없는 결제가 오래 남아 있습니다.',
    'The outcome of a payment has not been known for long.',
  ),
  'certificate-expiring': kind(
    'box',
    'major',
    'communications',
    '단말기 인증서가 곧 만료되며 갱신되지 않습니다.',
    'The certificate of the box ends soon and is not renewed.',
  ),
  'update-failed': kind('box', 'major', 'processing-error', '업데이트에 실패했습니다.', 'An update failed.'),
  'update-rolled-back': kind(
    'box',
    'major',
    'processing-error',
    '업데이트 후 문제가 있어 이전 버전으로 돌아갔습니다.',
    'An update did not prove itself; the box went back to the version before.',
  ),
  'box-offline': kind(
    'operator',
    'major',
    'communications',
    '단말기가 연결되지 않습니다.',
    'The box is not connected.',
  ),
  'config-rejected': kind(
    'operator',
    'minor',
    'processing-error',
    '단말기가 설정을 받아들이지 않았습니다.',
    'The box did not take its configuration.',
  ),
  'statement-unanswered': kind(
    'operator',
    'warning',
    'quality-of-service',
    '정산서에 오래 응답하지 않았습니다.',
    'A statement has not been answered for long.',
  ),
  'merchant-debt-overdue': kind(
    'operator',
    'minor',
    'quality-of-service',
    '가맹점 미수금이 너무 오래 이월되고 있습니다. 가맹점과 협의하세요.',
    'What the merchant owes has been carried forward for too long. Settle it with the merchant.',
  ),
} as const satisfies Record<string, AlarmKind>;

export type AlarmCode = keyof typeof alarmKinds;
export type BoxAlarmCode = {
  [C in AlarmCode]: (typeof alarmKinds)[C]['source'] extends 'box' ? C : never;
}[AlarmCode];
export type OperatorAlarmCode = Exclude<AlarmCode, BoxAlarmCode>;

export function findAlarmKind(code: string): AlarmKind | undefined {
  return Object.hasOwn(alarmKinds, code) ? alarmKinds[code as AlarmCode] : undefined;
}

function kind<S extends AlarmKind['source']>(
  source: S,
  severity: AlarmSeverity,
  eventType: AlarmEventType,
  ko: string,
  en: string,
): AlarmKind & { source: S } {
  return { source, severity, eventType, words: { ko, en } };
}
