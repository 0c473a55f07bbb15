import { createRoleApp, type RoleApp } from '../common/role-app.ts';
import type { CardDeps } from './card-context.ts';
import { addCardRoutes } from './card-routes.ts';
import { createNoticeSender } from './notice-sender.ts';

export interface CardRole {
  app: RoleApp;
  /** Begins to send notices, those first that a crash left behind. */
  start(): Promise<void>;
  /** Closes the app; notices not sent yet stay queued. */
  stop(): Promise<void>;
}

/** A stand-in for a card company: authorises by a table of test cards, books, and sends payment notices. */
export function createCardRole(deps: CardDeps): CardRole {
  const { store, mms, scheduler, log } = deps;
  const notices = createNoticeSender({ store, mms, scheduler, log, config: deps.config.notices });
  const app = createRoleApp({ title: 'ScanPay sandbox card company', log, staffMaySignIn: true });
  app.after(() => addCardRoutes(app, deps, notices.wake));
  return {
    app,
    start: async () => notices.start(),
    async stop() {
      await app.close();
      await notices.stop();
    },
  };
}
