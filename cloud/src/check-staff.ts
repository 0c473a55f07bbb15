import { isIPv4 } from 'node:net';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { CloudConfig } from './config.ts';
import type { Company } from './ports/ledger.ts';

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/**
 * Whoever reaches the services is either asked who he is, or comes from this machine, or through a gateway that asks.
 * @throws ScanPayError `configuration` that says which statement is missing
 */
export function checkStaff(config: CloudConfig, companies: readonly Company[]): void {
  const { host, sandbox } = config;
  for (const company of companies) {
    const staff = config[company]?.staff;
    if (staff === undefined && !isLoopback(host)) {
      throw new ScanPayError(
        'configuration',
        `host ${host} is open to other machines: name those who may sign in (${company}.staff.users), ` +
          `or say that a gateway asks who they are (${company}.staff.open: true)`,
      );
    }
    if (staff !== undefined && 'users' in staff && sandbox !== undefined) {
      throw new ScanPayError(
        'configuration',
        `the sandbox lets anybody close dates: it cannot stand beside ${company}.staff.users`,
      );
    }
  }
}
