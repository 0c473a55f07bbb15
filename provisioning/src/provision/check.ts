import { formatReport } from '@scanpay/device/core/doctor/format-report.ts';
import { type DoctorReport, DoctorReportSchema } from '@scanpay/device/core/doctor/report.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { type Box, readDeviceJson } from './box.ts';
import { Refused } from './refused.ts';
import type { Step } from './steps.ts';

const parseReport = createParser(DoctorReportSchema);
const checkMs = 180_000;

/** The box's own doctor, from afar. */
export function listCheckSteps(box: Box, show: (report: DoctorReport, text: string) => void): Step[] {
  return [
    {
      id: 'check',
      title: '점검 / Check',
      isLook: true,
      would: '',
      async run() {
        const report = parseReport(readDeviceJson(await box.device(['doctor', '--json'], { deadlineMs: checkMs })));
        if (!report.ok) throw new Refused({ ko: `점검 결과가 이상합니다: ${report.detail}`, en: report.detail });
        show(report.value, formatReport(report.value));
        if (report.value.outcome === 'fault') {
          throw new Refused({ ko: '점검에 이상이 있습니다.', en: 'The check found a fault.' });
        }
        return { words: report.value.outcome, facts: { deviceId: report.value.deviceId } };
      },
    },
  ];
}
