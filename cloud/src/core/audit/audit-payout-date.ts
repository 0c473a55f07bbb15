import type { SettlementCycle } from '@scanpay/shared/api/contract.ts';
import { addBusinessDays, type BusinessDate } from '@scanpay/shared/clock.ts';
import type { BookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import type { ContractEntry } from '../../ports/operator-store.ts';
import { maxDaysSearched, payoutDate, weekdayCalendar } from '../contract/payout-date.ts';
import { describeEvent, type EvidenceFinding, eventKey } from './finding.ts';
import type { OpenedFile } from './open-file.ts';

type MerchantId = NonNullable<BookingEvidence['merchantId']>;

/**
 * Whether each event of a payment is paid when the version of the contract pinned on its sale says: what falls on the
 * sale's own date together with it, the rest by the settlement cycle. Which days banks were closed is not known here, so a
 * date may be later than without holidays, by as much as is ever searched for a banking day, and never earlier.
 */
export async function auditPayoutDates(
  { file, words, entries }: OpenedFile,
  contractsOf: (merchantId: MerchantId) => Promise<readonly ContractEntry[]>,
  report: (finding: EvidenceFinding) => void,
): Promise<void> {
  const sale = words.get(eventKey({ kind: 'sale', cancelId: null }))?.said;
  const version = sale?.sale?.contractVersion;
  if (sale?.merchantId === undefined || sale.merchantId === null || version === undefined) return;
  const pinned = (await contractsOf(sale.merchantId)).find(({ contract }) => contract.version === version);
  // Which version there should be is asked of the sale itself.
  if (pinned === undefined) return;
  for (const [key, { said }] of words) {
    const expected = findPayoutFault(said, sale, pinned.contract.settlementCycle);
    if (expected === undefined) continue;
    const { kind, cancelId } = said;
    const at = { paymentId: file.paymentId, kind, cancelId, seq: entries.get(key)?.seq ?? null };
    report({ ...at, company: 'operator', reason: 'payout-not-agreed', expected, found: describeEvent(said) });
  }
}

/** What the payout date should be, in words; undefined: it is, or it is from before there were any. */
function findPayoutFault(said: BookingEvidence, sale: BookingEvidence, cycle: SettlementCycle): string | undefined {
  if (said.kind !== 'sale' && said.businessDate === sale.businessDate) {
    return said.payoutDate === sale.payoutDate ? undefined : `paid with its sale, ${sale.payoutDate ?? 'undated'}`;
  }
  if (said.payoutDate === undefined || isOfCycle(said.payoutDate, said.businessDate, cycle)) return undefined;
  return `paid on ${payoutDate(said.businessDate, cycle, weekdayCalendar)}, or the banking day after (${cycle.kind})`;
}

function isOfCycle(paidOn: BusinessDate, businessDate: BusinessDate, cycle: SettlementCycle): boolean {
  const first = payoutDate(businessDate, cycle, weekdayCalendar);
  if (cycle.kind === 'same-day') return paidOn === first;
  return paidOn >= first && paidOn <= addBusinessDays(first, maxDaysSearched) && weekdayCalendar.isBankingDay(paidOn);
}
