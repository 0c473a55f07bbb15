import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { ClosedOutcome, RequestBody } from '@scanpay/device/ports/journal.ts';
import type { CancelId, DeviceId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import type { StatementLineKind } from '@scanpay/shared/settlement/statement.ts';

/** One entry of a company's book, as the checks read it. */
export interface BookEntry {
  company: Company;
  kind: StatementLineKind;
  paymentId: PaymentId;
  cancelId: CancelId | null;
  tender: 'card' | 'cash';
  chargedWon: number;
  atMs: number;
  /** Of its postings; 0 or the book does not balance. */
  sumWon: number;
}

/** What one company has booked of one payment. */
export interface Booked {
  sales: number;
  reversals: number;
  cancels: number;
  soldWon: number;
  /** What its cancels have given back. */
  refundedWon: number;
}

/** A cancel as the box has it on record. */
export interface AskedCancel {
  amountWon: number;
  /** What the operator said to it; null: nothing yet. */
  outcome: 'cancelled' | 'declined' | null;
}

/** All that is known of one payment, gathered outside the product: the oracle the checks ask. */
export interface Dossier {
  paymentId: PaymentId;
  deviceId: DeviceId;
  request: RequestBody;
  books: Record<Company, Booked>;
  /** The request's own end, or that of the confirmation after it. */
  expiresAtMs: number;
  /** What the box has on record, for good. */
  boxOutcome: ClosedOutcome | null;
  /** The box has recorded that it wants the payment reversed. */
  boxReverses: boolean;
  /** What the operator has ever said to the box. */
  told: Set<'approved' | 'declined' | 'reversed'>;
  offerId: OfferId | null;
  /** Cancels this box has recorded. */
  cancels: Map<CancelId, AskedCancel>;
  originalsPrinted: number;
  copiesPrinted: number;
  /** Slips of an offline redemption, copies too. */
  offlineSlips: number;
  cancelSlips: Set<CancelId>;
}

export interface Dossiers {
  find(paymentId: PaymentId): Dossier | undefined;
  open(paymentId: PaymentId, deviceId: DeviceId, request: RequestBody): Dossier;
  /** The payment a cancel is about. */
  ofCancel(cancelId: CancelId): Dossier | undefined;
  openCancel(paymentId: PaymentId, cancelId: CancelId, amountWon: number): void;
  all(): Iterable<Dossier>;
  count(): number;
}

const nothingBooked = (): Booked => ({ sales: 0, reversals: 0, cancels: 0, soldWon: 0, refundedWon: 0 });

export function createDossiers(): Dossiers {
  const files = new Map<PaymentId, Dossier>();
  const byCancel = new Map<CancelId, Dossier>();
  return {
    find: (paymentId) => files.get(paymentId),
    open(paymentId, deviceId, request) {
      const dossier: Dossier = {
        paymentId,
        deviceId,
        request,
        books: { operator: nothingBooked(), pg: nothingBooked(), card: nothingBooked() },
        expiresAtMs: request.expiresAtMs,
        boxOutcome: null,
        boxReverses: false,
        told: new Set(),
        offerId: null,
        cancels: new Map(),
        originalsPrinted: 0,
        copiesPrinted: 0,
        offlineSlips: 0,
        cancelSlips: new Set(),
      };
      files.set(paymentId, dossier);
      return dossier;
    },
    ofCancel: (cancelId) => byCancel.get(cancelId),
    openCancel(paymentId, cancelId, amountWon) {
      const dossier = files.get(paymentId);
      if (dossier === undefined) return;
      dossier.cancels.set(cancelId, { amountWon, outcome: null });
      byCancel.set(cancelId, dossier);
    },
    all: () => files.values(),
    count: () => files.size,
  };
}

const companies = ['card', 'pg', 'operator'] as const satisfies Company[];

/** A book entry, counted. */
export function count(booked: Booked, { kind, chargedWon }: Pick<BookEntry, 'kind' | 'chargedWon'>): void {
  booked[`${kind}s`] += 1;
  if (kind === 'sale') booked.soldWon += chargedWon;
  if (kind === 'cancel') booked.refundedWon += chargedWon;
}

/** Sales that were not taken back; one of which a part was refunded stands. */
export const standing = ({ sales, reversals, cancels, soldWon, refundedWon }: Booked): number =>
  sales - reversals - (cancels > 0 && refundedWon >= soldWon ? 1 : 0);

/** What the box knows to be given back. */
export function refundedAtBox({ cancels }: Dossier): number {
  let sum = 0;
  for (const { amountWon, outcome } of cancels.values()) if (outcome === 'cancelled') sum += amountWon;
  return sum;
}

/** The companies whose books hold a charge now. */
export const chargedBy = ({ books }: Dossier): Company[] =>
  companies.filter((company) => standing(books[company]) !== 0);

/** The card company takes no part in cash. */
export const partners = ({ request }: Dossier): readonly Company[] =>
  request.tender === 'card' ? companies : ['pg', 'operator'];
