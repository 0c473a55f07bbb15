import type { BookFindings, FoundEvent } from '@scanpay/shared/api/reconciliation.ts';
import { addBusinessDays, type BusinessDate, businessDateAt } from '@scanpay/shared/clock.ts';
import type { PaymentId, StatementId, TransferId } from '@scanpay/shared/ids.ts';
import type { BookSearch } from '@scanpay/shared/settlement/book-search.ts';
import { type BookedEvent, type Hop, toStatementLine } from '@scanpay/shared/settlement/statement.ts';
import type { SettlementStore, StoredStatement } from '../../ports/settlement-store.ts';
import { toStatementRow } from './statement-row.ts';
import { readBookedTransfers } from './transfers.ts';

type SearchedStore = Pick<
  SettlementStore,
  'findPaymentEntries' | 'findStatement' | 'listTransferred' | 'readEvents' | 'listStatements' | 'readTransfers'
>;

/** Of payments and of statements each; whoever finds more must say more. */
export const maxFound = 50;
const hops: readonly Hop[] = ['S13', 'S14', 'S15'];
/** A cancel is booked on the date it was begun on, or, where that was closed before, on the next that is open. */
const cancelDays = 3;

/**
 * Finds a won in one company's book: by the number of a payment, cancel, statement or transfer, on whatever date; by an
 * amount, or by the last digits of a number, on one business date, which is read in pages.
 */
export async function searchBook(store: SearchedStore, search: BookSearch): Promise<BookFindings> {
  if (search.kind === 'number') return findNumber(store, search.id);
  const { businessDate, amountWon, ending } = search;
  const isAsked = (amounts: readonly number[], ids: readonly (string | null)[]): boolean =>
    (amountWon !== null && amounts.some((amount) => Math.abs(amount) === amountWon)) ||
    (ending !== null && ids.some((id) => id?.endsWith(ending)));
  const found = await findEvents(store, businessDate, (event) =>
    isAsked(amountsOf(event), [event.paymentId, event.cancelId]),
  );
  const statements = new Map<StatementId, StoredStatement>();
  for (const each of await store.listStatements(businessDate)) {
    const amounts = [each.chargedWon, each.feeWon, each.payableWon, each.paidWon];
    if (isAsked(amounts, [each.statementId, each.transferId])) statements.set(each.statementId, each);
  }
  // A transfer is in the passbook under its own date, and may clear statements of earlier ones.
  for await (const { transferId, amountWon: movedWon } of readBookedTransfers(store, businessDate)) {
    if (!isAsked([movedWon], [transferId]) || statements.size > maxFound) continue;
    for (const each of await store.listTransferred(transferId)) statements.set(each.statementId, each);
  }
  const rows = [...statements.values()].map(toStatementRow);
  return {
    events: found.slice(0, maxFound),
    statements: rows.slice(0, maxFound),
    isMore: found.length > maxFound || rows.length > maxFound,
  };
}

const nothing = (): BookFindings => ({ events: [], statements: [], isMore: false });

async function findNumber(store: SearchedStore, id: string): Promise<BookFindings> {
  const booked = await store.findPaymentEntries(id as PaymentId);
  const events = booked.flatMap(({ entry }) =>
    entry.kind === 'payout' || entry.kind === 'transfer' ? [] : [toFound(entry, entry.businessDate)],
  );
  if (events.length > 0) return { ...nothing(), events };
  const statement = await store.findStatement(id as StatementId);
  const cleared = statement === undefined ? await store.listTransferred(id as TransferId) : [statement];
  if (cleared.length > 0) return { ...nothing(), statements: cleared.slice(0, maxFound).map(toStatementRow) };
  // The time in the number says on which date to look for a cancel (UUIDv7, RFC 9562 §5.7).
  let date = businessDateAt(Number.parseInt(id.replace('-', '').slice(0, 12), 16));
  for (let day = 0; day < cancelDays; day += 1) {
    const [cancel] = await findEvents(store, date, ({ cancelId }) => cancelId === id);
    if (cancel !== undefined) return { ...nothing(), events: [cancel] };
    date = addBusinessDays(date, 1);
  }
  return nothing();
}

/** Stops soon after it has more than enough. */
async function findEvents(
  store: SearchedStore,
  businessDate: BusinessDate,
  isAsked: (event: BookedEvent) => boolean,
): Promise<FoundEvent[]> {
  const found: FoundEvent[] = [];
  let after: PaymentId | null = null;
  do {
    const page: Awaited<ReturnType<SearchedStore['readEvents']>> = await store.readEvents(
      { businessDate, terminal: null },
      after,
    );
    for (const event of page.events) if (isAsked(event)) found.push(toFound(event, businessDate));
    after = found.length > maxFound ? null : page.next;
  } while (after !== null);
  return found;
}

function amountsOf(event: BookedEvent): number[] {
  const { chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon } = event.split;
  const stated = hops.flatMap((hop) => {
    const { feeWon, payableWon } = toStatementLine(hop, event);
    return [feeWon, payableWon];
  });
  return [chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon, ...stated];
}

const toFound = (
  { kind, tender, paymentId, cancelId, split }: BookedEvent,
  businessDate: BusinessDate,
): FoundEvent => ({
  ...{ kind, tender, paymentId, cancelId, businessDate },
  chargedWon: split.chargedWon,
});
