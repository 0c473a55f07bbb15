import type { CompanySetting } from '../../company.ts';
import type { PeerLink } from '../../ports/peer-link.ts';
import type { SettlementStore } from '../../ports/settlement-store.ts';
import { addPages } from '../../web/add-pages.ts';
import {
  alarmsPage,
  boxPage,
  cashReceiptsPage,
  claimsPage,
  contractsPage,
  couponPage,
  fleetPage,
  noShowsPage,
  rolloutsPage,
} from '../../web/pages.ts';
import { guardLinks } from '../common/link-guard.ts';
import { meterCompany } from '../common/meter-company.ts';
import type { RoleApp } from '../common/role-app.ts';
import { guardStaff, type StaffGuardDeps } from '../common/staff/staff-guard.ts';
import type { Settlement } from '../settle/settlement.ts';
import { addSettlementRoutes } from '../settle/settlement-routes.ts';
import { addIdentityRoutes } from './enrol/identity-routes.ts';
import type { Identity } from './enrol/open-identity.ts';
import type { KeyDesk } from './keys/key-desk.ts';
import { addKeyRoutes } from './keys/key-routes.ts';

/** What the operator's app answers to beside the role's own routes; and who is let in, and what is measured. */
export function completeApp(
  app: RoleApp,
  parts: {
    setting: Pick<CompanySetting<unknown, unknown>, 'measured' | 'scheduler' | 'randomBytes' | 'log' | 'watchdogKey'>;
    books: Pick<SettlementStore, 'countOpenStatements'>;
    readSizeBytes(): Promise<number>;
    settlement: Settlement;
    desk: KeyDesk;
    identity: Identity | null;
    link: PeerLink;
    staff: Pick<StaffGuardDeps, 'section' | 'passwords'>;
    addFiles(): void;
    addReleases(): void;
  },
): void {
  const { setting, books: store, readSizeBytes, settlement, desk, identity, link } = parts;
  meterCompany(app, setting.measured, { store, readSizeBytes });
  guardLinks(app, { link, clock: setting.scheduler, log: setting.log });
  guardStaff(app, { ...setting, ...parts.staff });
  app.after(() => {
    addSettlementRoutes(app, settlement);
    addKeyRoutes(app, desk);
    if (identity !== null) addIdentityRoutes(app, identity.context);
    parts.addFiles();
    parts.addReleases();
    addPages(app, [
      couponPage,
      contractsPage,
      claimsPage,
      fleetPage,
      alarmsPage,
      boxPage,
      rolloutsPage,
      cashReceiptsPage,
      noShowsPage,
    ]);
  });
}
