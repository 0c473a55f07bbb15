import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import type { IssuedTerms } from '@scanpay/shared/redemption/merchant-terms.ts';
import type { MerchantTermsMessage } from '@scanpay/shared/wire/queries.ts';
import type { Journal } from '../ports/journal.ts';
import { createAsker } from './asker.ts';
import type { Log } from './deps.ts';

const retryMs = 15_000;
const refreshMs = 10 * 60_000;

/** Keeps the merchant's terms at hand for the time when nobody can be asked. */
export function createTermsSync(deps: {
  merchantId: MerchantId;
  journal: Journal;
  scheduler: Scheduler;
  sendQuery(): Promise<unknown>;
  onTerms(issued: IssuedTerms): void;
  log: Log;
}) {
  const { merchantId, journal, log } = deps;
  const asker = createAsker({
    scheduler: deps.scheduler,
    retryMs,
    refreshMs,
    ask: async () => void (await deps.sendQuery()),
  });
  return {
    linkChanged: asker.linkChanged,
    /** A late or repeated message does not replace what was issued after it. */
    take({ termsId, terms, issuedAtMs, validUntilMs }: MerchantTermsMessage): void {
      if (terms.merchantId !== merchantId) {
        log.warn({ merchantId: terms.merchantId }, 'terms of another merchant');
        return;
      }
      asker.answered();
      const held = journal.terms();
      if (held !== null && held.issuedAtMs >= issuedAtMs) return;
      const issued = { termsId, terms, issuedAtMs, validUntilMs };
      journal.commit([{ op: 'store-terms', issued }]);
      deps.onTerms(issued);
    },
    stop: asker.stop,
  };
}

export type TermsSync = ReturnType<typeof createTermsSync>;
