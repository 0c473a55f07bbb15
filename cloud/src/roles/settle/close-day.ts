import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { Company } from '../../ports/ledger.ts';

/** POST /v1/settlement/close of one company, in process or by HTTP. */
export interface DayCloser {
  close(businessDate: BusinessDate): Promise<Result<void>>;
}

/**
 * Closes a business date at all three companies. The operator first, for it gives payments their date: once it has
 * closed, no payment of that date comes up the chain any more. The card company last, for its close begins S13, and
 * the statements follow from each other from there. Repeat it until it is accepted: what is closed stays closed.
 * Refusals are those of the company that refused, named in the detail.
 */
export async function closeDay(
  companies: Record<Company, DayCloser>,
  businessDate: BusinessDate,
): Promise<Result<void>> {
  for (const company of ['operator', 'pg', 'card'] as const) {
    const closed = await companies[company].close(businessDate);
    if (!closed.ok) return refuse(closed.code, `${company}: ${closed.detail}`);
  }
  return accept(undefined);
}
