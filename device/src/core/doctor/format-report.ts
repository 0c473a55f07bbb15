import type { CheckResult, DoctorReport, Outcome } from './report.ts';
import { checkNames } from './words.ts';

const marks: Record<Outcome, string> = { ok: 'OK', warning: 'WARNING', fault: 'FAULT', skipped: 'SKIPPED' };

/** Columns are aligned on the English names; Korean stands last on its line, for its letters are two columns wide. */
export function formatReport(report: DoctorReport): string {
  const nameWidth = Math.max(...report.checks.map(({ check }) => checkNames[check].en.length));
  const markWidth = Math.max(...Object.values(marks).map((mark) => mark.length));
  const indent = ' '.repeat(markWidth + nameWidth + 4);
  const formatCheck = ({ check, part, finding }: CheckResult): string[] => {
    const head = `${marks[finding.outcome].padEnd(markWidth)}  ${checkNames[check].en.padEnd(nameWidth)}`;
    const where = part === '' || finding.seen.includes(part) ? '' : `${part}: `;
    return [
      `${head}  ${where}${finding.seen}  [${checkNames[check].ko}]`,
      ...finding.advice.flatMap(({ ko, en }) => [`${indent}→ ${ko}`, `${indent}→ ${en}`]),
    ];
  };
  const count = (outcome: Outcome): number => report.checks.filter(({ finding }) => finding.outcome === outcome).length;
  const sums = (Object.keys(marks) as Outcome[]).map((outcome) => `${count(outcome)} ${outcome}`).join(', ');
  return [...report.checks.flatMap(formatCheck), '', `${report.deviceId}: ${sums}`, ''].join('\n');
}
