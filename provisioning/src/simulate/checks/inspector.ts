import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { JournalChange } from '@scanpay/device/ports/journal.ts';
import type { CancelId, DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { DownMessage, UpMessage } from '@scanpay/shared/wire/messages.ts';
import type Database from 'better-sqlite3';
import { createChecks } from './all-checks.ts';
import type { Check, RestingWorld } from './check.ts';
import { type BookEntry, count, createDossiers, type Dossiers } from './dossiers.ts';

/** An invariant that does not hold, or a process that ended by itself. */
export interface Violation {
  check: string;
  paymentId: PaymentId | null;
  detail: string;
}

/** Keeps the dossiers and holds every check against what happens. The first violation stays. */
export interface Inspector {
  dossiers: Dossiers;
  violation(): Violation | null;
  fail(violation: Violation): void;
  readBook(company: Company): void;
  journalled(deviceId: DeviceId, changes: readonly JournalChange[]): void;
  up(deviceId: DeviceId, message: UpMessage): void;
  down(deviceId: DeviceId, message: DownMessage): void;
  paper(deviceId: DeviceId, receipt: Receipt): void;
  text(source: string, text: string): void;
  rest(world: Omit<RestingWorld, 'dossiers'>): Promise<void>;
}

interface EntryRow {
  seq: number;
  kind: BookEntry['kind'];
  payment_id: PaymentId;
  cancel_id: CancelId | null;
  tender: BookEntry['tender'];
  charged_won: number;
  at_ms: number;
  sum_won: number;
}

const newEntries = `
  SELECT seq, kind, payment_id, cancel_id, tender, charged_won, at_ms,
    (SELECT COALESCE(SUM(amount_won), 0) FROM ledger_postings WHERE entry_seq = seq) AS sum_won
  FROM ledger_entries WHERE seq > ? AND payment_id IS NOT NULL ORDER BY seq`;

export function createInspector(books: Record<Company, Database.Database>): Inspector {
  const dossiers = createDossiers();
  const checks = createChecks();
  let first: Violation | null = null;
  const fail = (violation: Violation): void => {
    first ??= violation;
  };
  const each = (look: (check: Check, report: (paymentId: PaymentId | null, detail: string) => void) => void): void => {
    for (const check of checks) {
      look(check, (paymentId, detail) => fail({ check: check.name, paymentId, detail }));
    }
  };
  const readers = createReaders(books);
  return {
    dossiers,
    violation: () => first,
    fail,
    readBook(company) {
      for (const entry of readers(company)) {
        const dossier = dossiers.find(entry.paymentId);
        const booked = dossier?.books[company];
        if (booked !== undefined) count(booked, entry);
        each((check, report) => check.onBooked?.(entry, dossier, report, books[company]));
      }
    },
    journalled(deviceId, changes) {
      for (const change of changes) note(dossiers, deviceId, change);
      each((check, report) => check.onJournal?.(deviceId, changes, dossiers, report));
    },
    up(deviceId, message) {
      if (message.type === 'payment.confirm') {
        const dossier = dossiers.find(message.paymentId);
        if (dossier !== undefined) dossier.expiresAtMs = Math.max(dossier.expiresAtMs, message.expiresAtMs);
      }
      each((check, report) => check.onUp?.(deviceId, message, dossiers, report));
    },
    down(deviceId, message) {
      const dossier =
        'paymentId' in message && message.paymentId !== null
          ? dossiers.find(message.paymentId as PaymentId)
          : undefined;
      if (message.type === 'payment.result' && dossier !== undefined) {
        const { outcome } = message;
        if (outcome.kind === 'approved') dossier.offerId = outcome.approval.offerId;
        if (outcome.kind === 'approved' || outcome.kind === 'declined' || outcome.kind === 'reversed')
          dossier.told.add(outcome.kind);
      }
      each((check, report) => check.onDown?.(deviceId, message, dossier, report));
    },
    paper(deviceId, receipt) {
      const dossier = 'paymentId' in receipt ? dossiers.find(receipt.paymentId) : undefined;
      if (receipt.kind === 'offline' && dossier !== undefined) dossier.offlineSlips += 1;
      if (receipt.kind === 'cancel') dossier?.cancelSlips.add(receipt.cancelId);
      if (receipt.kind === 'sale' && dossier !== undefined) {
        if (receipt.reprint) dossier.copiesPrinted += 1;
        else dossier.originalsPrinted += 1;
      }
      each((check, report) => check.onPaper?.(deviceId, receipt, dossiers, report));
    },
    text: (source, text) => each((check, report) => check.onText?.(source, text, report)),
    async rest(resting) {
      const world = { ...resting, dossiers };
      each((check, report) => check.atRest?.(world, report));
      for (const { name: check, audit } of checks) {
        await audit?.(world, (paymentId, detail) => fail({ check, paymentId, detail }));
      }
    },
  };
}

function createReaders(books: Record<Company, Database.Database>): (company: Company) => BookEntry[] {
  const last: Record<Company, number> = { card: 0, pg: 0, operator: 0 };
  const prepared = new Map<Company, Database.Statement<[number], EntryRow>>();
  return (company) => {
    const statement = prepared.get(company) ?? books[company].prepare<[number], EntryRow>(newEntries);
    prepared.set(company, statement);
    return statement.all(last[company]).map((row) => {
      last[company] = row.seq;
      const { kind, tender } = row;
      return {
        ...{ company, kind, tender },
        paymentId: row.payment_id,
        cancelId: row.cancel_id,
        chargedWon: row.charged_won,
        atMs: row.at_ms,
        sumWon: row.sum_won,
      };
    });
  };
}

/** What a box has put on record, into the dossier. */
function note(dossiers: Dossiers, deviceId: DeviceId, change: JournalChange): void {
  switch (change.op) {
    case 'open-payment':
      dossiers.open(change.payment.paymentId, deviceId, change.payment.request);
      return;
    case 'set-phase': {
      const dossier = dossiers.find(change.paymentId);
      if (dossier !== undefined && change.phase === 'reversing') dossier.boxReverses = true;
      return;
    }
    case 'close-payment': {
      const dossier = dossiers.find(change.paymentId);
      if (dossier !== undefined) dossier.boxOutcome = change.outcome;
      return;
    }
    case 'open-cancel':
      dossiers.openCancel(change.cancel.paymentId, change.cancel.cancelId, change.cancel.amountWon);
      return;
    case 'close-cancel': {
      const asked = dossiers.ofCancel(change.cancelId)?.cancels.get(change.cancelId);
      if (asked !== undefined) asked.outcome = change.outcome.kind;
      return;
    }
    case 'queue-receipt':
    case 'set-lines':
    case 'store-receipt-key':
    case 'put-receipt-order':
    case 'set-receipt':
    case 'store-statement':
    case 'judge-statement':
    case 'answer-statement':
    case 'set-statement':
    case 'store-terms':
    case 'take-command':
    case 'end-command':
    case 'store-alarms':
      return;
  }
}
