import { type CheckId, type CheckResult, type Finding, skip } from './report.ts';
import { advice, checkNames } from './words.ts';

/** Whether the box service runs on this machine; `unknown`: its page listens on a port nobody can know. */
export type ServiceState = 'running' | 'stopped' | 'unknown';

interface CheckRule {
  /** The probe is given up after this; what it waits for inside is shorter. */
  deadlineMs: number;
  /**
   * `not-running`: the service has the instrument, and one that takes payments is not disturbed. `stopped`: it must be
   * certain, for the broker closes the connection of whoever was logged in under the same id.
   */
  service: 'any' | 'not-running' | 'stopped';
  /** Makes no sense unless that one was well. */
  after?: CheckId;
}

export const checkList: Record<CheckId, CheckRule> = {
  service: { deadlineMs: 4_000, service: 'any' },
  scanner: { deadlineMs: 15_000, service: 'not-running' },
  light: { deadlineMs: 10_000, service: 'not-running' },
  printer: { deadlineMs: 20_000, service: 'not-running' },
  print: { deadlineMs: 60_000, service: 'not-running', after: 'printer' },
  network: { deadlineMs: 8_000, service: 'any' },
  broker: { deadlineMs: 8_000, service: 'any' },
  login: { deadlineMs: 20_000, service: 'stopped', after: 'broker' },
  clock: { deadlineMs: 30_000, service: 'stopped', after: 'login' },
  disk: { deadlineMs: 5_000, service: 'any' },
  journal: { deadlineMs: 5_000, service: 'not-running', after: 'disk' },
  temperature: { deadlineMs: 3_000, service: 'any' },
  throttling: { deadlineMs: 5_000, service: 'any' },
  versions: { deadlineMs: 3_000, service: 'any' },
};

/** Why a check is left out, given the results so far; null: it is to be done. */
export function reasonToSkip(check: CheckId, service: ServiceState, done: readonly CheckResult[]): Finding | null {
  const rule = checkList[check];
  if (rule.service !== 'any' && service === 'running') {
    return skip('held by the running box service', advice.stopService);
  }
  if (rule.service === 'stopped' && service === 'unknown') {
    return skip('the box service may be running: its login would be taken over', advice.stopService);
  }
  const { after } = rule;
  const isWell = ({ finding }: CheckResult): boolean => finding.outcome === 'ok' || finding.outcome === 'warning';
  if (after === undefined || done.every((result) => result.check !== after || isWell(result))) return null;
  return skip(`needs first: ${checkNames[after].en}`);
}
