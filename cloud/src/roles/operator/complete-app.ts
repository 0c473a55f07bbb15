import { addPages } from '../../web/add-pages.ts';
import {
  alarmsPage,
  bookPagesOf,
  boxPage,
  cashReceiptsPage,
  claimsPage,
  contractsPage,
  couponPage,
  fleetPage,
  noShowsPage,
  rolloutsPage,
} from '../../web/pages.ts';
import { type GuardParts, guardCompany } from '../common/guard-company.ts';
import type { RoleApp } from '../common/role-app.ts';
import type { Settlement } from '../settle/settlement.ts';
import { addSettlementRoutes } from '../settle/settlement-routes.ts';
import { addIdentityRoutes } from './enrol/identity-routes.ts';
import type { Identity } from './enrol/open-identity.ts';
import type { KeyDesk } from './keys/key-desk.ts';
import { addKeyRoutes } from './keys/key-routes.ts';

/** What the operator's app answers to beside the role's own routes; and who is let in, and what is measured. */
export function completeApp(
  app: RoleApp,
  parts: GuardParts & {
    settlement: Settlement;
    desk: KeyDesk;
    identity: Identity | null;
    addFiles(): void;
    addReleases(): void;
  },
): void {
  const { settlement, desk, identity } = parts;
  guardCompany(app, parts);
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
      ...bookPagesOf.operator,
    ]);
  });
}
