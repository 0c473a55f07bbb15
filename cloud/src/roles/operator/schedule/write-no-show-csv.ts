import type { NoShow, NoShowState } from '@scanpay/shared/api/schedule.ts';
import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import { stringify } from 'csv-stringify/sync';

/** Without it Excel takes the file for CP949. */
const byteOrderMark = '\uFEFF';

const header = [
  '가맹점 Merchant',
  '쿠폰번호 Coupon',
  '상품 Offer',
  '고객 Customer',
  '이용 시작일 First day',
  '이용 종료일 Last day',
  '인원 People',
  '상태 State',
  '결제번호 Payment ID',
  '기록 시각 Recorded (Asia/Seoul)',
];
const states: Record<NoShowState, string> = {
  absent: '미방문 absent',
  'came-late': '늦게 방문 came late',
  'came-in-time': '제때 방문 came in time',
  rescheduled: '일정 변경 rescheduled',
};

/** The no-shows of a day for people with a spreadsheet: RFC 4180 in UTF-8, headed in Korean and English. */
export function writeNoShowCsv(noShows: readonly NoShow[]): string {
  const rows = noShows.map((each) => [
    each.merchantId,
    each.couponId,
    each.title.ko,
    each.customerNameMasked,
    each.visitFrom,
    each.visitTo,
    each.headcount,
    states[each.state],
    each.paymentId ?? '',
    formatSeoulTime(each.recordedAtMs),
  ]);
  return byteOrderMark + stringify([header, ...rows], { record_delimiter: 'windows', escape_formulas: true });
}
