import type { CompanySetting } from '../../company.ts';
import type { PeerLink } from '../../ports/peer-link.ts';
import type { SettlementStore } from '../../ports/settlement-store.ts';
import { guardLinks } from './link-guard.ts';
import { meterCompany } from './meter-company.ts';
import type { RoleApp } from './role-app.ts';
import { guardStaff, type StaffGuardDeps } from './staff/staff-guard.ts';

type GuardSetting = Pick<
  CompanySetting<unknown, unknown>,
  'measured' | 'scheduler' | 'randomBytes' | 'log' | 'watchdogKey'
>;

export interface GuardParts {
  setting: GuardSetting;
  books: Pick<SettlementStore, 'countOpenStatements'>;
  readSizeBytes(): Promise<number>;
  link: PeerLink;
  staff: Pick<StaffGuardDeps, 'section' | 'passwords'>;
}

/** Before the routes that every company has: its app is measured, and each route lets in those it is for. */
export function guardCompany(app: RoleApp, { setting, books, readSizeBytes, link, staff }: GuardParts): void {
  meterCompany(app, setting.measured, { store: books, readSizeBytes });
  guardLinks(app, { link, clock: setting.scheduler, log: setting.log });
  guardStaff(app, { ...setting, ...staff });
}
