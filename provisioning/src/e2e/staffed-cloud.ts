import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudConfigSchema } from '@scanpay/cloud/config.ts';
import { startCloud } from '@scanpay/cloud/main.ts';
import { checkConfig } from '@scanpay/shared/config.ts';
import { makeCloudConfig, makeIdentities } from '../demo/identities.ts';
import type { CompanyUrls } from '../demo/settlement-day.ts';

const cloudCommand = fileURLToPath(new URL('../../../cloud/src/scanpay-cloud.ts', import.meta.url));
const roles = ['viewer', 'staff', 'manager'] as const;
export type StaffRole = (typeof roles)[number];

export const staffNames: Record<StaffRole, string> = { viewer: '보기만', staff: '김담당', manager: '박정산' };
export const staffPasswords: Record<StaffRole, string> = {
  viewer: '속초 앞바다 등대 불빛 둘',
  staff: 'tram 14: to the sea',
  manager: '대청봉 1708미터 일출',
};

export const signedIn = (name: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});
export const signedInAs = (role: StaffRole) => signedIn(staffNames[role], staffPasswords[role]);

/** Of all three companies, without the sandbox, which asks nobody. */
export function makeStaffableConfig(dataDir: string) {
  const ports = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
  const broker = { kind: 'embedded', port: 0, boxes: 'certificate' } as const;
  const { sandbox: _sandbox, ...config } = makeCloudConfig(dataDir, ports, makeIdentities(), broker);
  return config;
}

export function withStaff({ operator, pg, card, ...config }: ReturnType<typeof makeStaffableConfig>, staff: object) {
  return { ...config, operator: { ...operator, staff }, pg: { ...pg, staff }, card: { ...card, staff } };
}

const hash = (input: string): string =>
  execFileSync(process.execPath, [cloudCommand, 'staff', 'hash'], { input, encoding: 'utf8' }).trim();

/** The companies in this process, with one of each role at every company, as their administrators would name them. */
export type StaffedCloud = Awaited<ReturnType<typeof startStaffedCloud>>;

export async function startStaffedCloud() {
  const folder = mkdtempSync(join(tmpdir(), 'staff-e2e-'));
  const toUser = (role: StaffRole) => [staffNames[role], { role, passwordHash: hash(`${staffPasswords[role]}\n`) }];
  const users: object = Object.fromEntries(roles.map(toUser));
  const config = withStaff(makeStaffableConfig(join(folder, 'cloud')), { users });
  const cloud = await startCloud(checkConfig(CloudConfigSchema, config, 'test'));
  const { operator = '', pg = '', card = '' } = cloud.addresses;
  const urls: CompanyUrls = { operator, pg, card };
  return {
    cloud,
    urls,
    folder,
    async end(): Promise<void> {
      await cloud.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
