import type { Schedule, ScheduleOrder } from '@scanpay/shared/api/schedule.ts';
import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import type { Bilingual } from '@scanpay/shared/schema.ts';

export const scheduleChangeSubject = '[ScanPay] 이용 일정 변경';

const layOut = ({ visitFrom, visitTo, headcount }: Schedule): string =>
  `${visitFrom === visitTo ? visitFrom : `${visitFrom} ~ ${visitTo}`}, ${headcount}명`;

/** What the customer is told of a change, by MMS. Well below what gateways take: title and dates are bounded. */
export function makeScheduleChangeText(
  { before, after, staffName }: Pick<ScheduleOrder, 'before' | 'after' | 'staffName'>,
  { title, validUntilMs }: { title: Bilingual; validUntilMs: number },
): string {
  return [
    `[ScanPay] 이용 일정이 변경되었습니다.`,
    title.ko,
    `변경 전: ${layOut(before)}`,
    `변경 후: ${layOut(after)}`,
    '',
    '받으신 바코드와 인증번호를 그대로 사용하시면 됩니다. 변경에 따라 청구되는 금액은 없습니다.',
    `유효기간: ${formatSeoulTime(validUntilMs - 1).slice(0, 16)}까지`,
    staffName === null ? '직접 변경하지 않으셨다면 운영사에 알려 주세요.' : '요청하신 대로 운영사에서 변경했습니다.',
  ].join('\n');
}
