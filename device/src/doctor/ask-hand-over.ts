import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { type HandOverBody, type SignedHandOver, SignedHandOverSchema } from '@scanpay/shared/api/hand-over.ts';
import { accept, isErrorCode, type Result, refuse } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { DoctorReport } from '../core/doctor/report.ts';

const deadlineMs = 10_000;
const parseSigned = createParser(SignedHandOverSchema);
const parseError = createParser(ErrorBodySchema);

/** Has the box that runs here sign and print that the technician hands it over in the state of the report. */
export async function askHandOver(
  { host, port }: { host: string; port: number },
  technician: string,
  report: DoctorReport,
): Promise<Result<SignedHandOver>> {
  const own = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? host;
  const checks = report.checks.map(({ check, part, finding }) => ({ check, part, outcome: finding.outcome }));
  const body: HandOverBody = { technician, checks };
  try {
    const answer = await fetch(`http://${own}:${port}/api/hand-over`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(deadlineMs),
    });
    const data: unknown = await answer.json();
    const signed = parseSigned(data);
    if (answer.ok && signed.ok) return accept(signed.value);
    const error = parseError(data);
    if (error.ok && isErrorCode(error.value.code)) return refuse(error.value.code, error.value.detail);
    return refuse('upstream_unavailable', `HTTP ${answer.status}`);
  } catch (error) {
    return refuse('upstream_unavailable', `the box does not answer: ${(error as Error).message}`);
  }
}
