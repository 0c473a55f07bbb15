import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import type { DownMessage, PaymentOutcome } from '@scanpay/shared/wire/messages.ts';
import Database from 'better-sqlite3';
import type { Check, RestingWorld } from '../check.ts';
import { type BookEntry, count, createDossiers } from '../dossiers.ts';

export const paymentId = '019ab000-0000-7000-8000-000000000001' as PaymentId;
export const ownBox = 'box-own' as DeviceId;
export const otherBox = 'box-other' as DeviceId;

/** Holds one check against made-up events about one payment of one box, and collects what it reports. */
export function hold(check: Check, tender: 'card' | 'cash' = 'card') {
  const reports: string[] = [];
  const dossiers = createDossiers();
  const coupon = { kind: 'barcode', couponId: '00112233aabbccdd', barcodeSha256: '' };
  const request = { paymentId, tender, coupon, expiresAtMs: 1_000 } as never;
  const dossier = dossiers.open(paymentId, ownBox, request);
  const report = (_paymentId: PaymentId | null, detail: string) => void reports.push(detail);
  const book = new Database(':memory:');
  return {
    reports,
    dossier,
    dossiers,
    report,
    booked(company: Company, kind: BookEntry['kind'], differing: Partial<BookEntry> = {}) {
      const usual = { company, kind, paymentId, cancelId: null, tender, chargedWon: 900, atMs: 500, sumWon: 0 };
      const entry = { ...usual, ...differing };
      count(dossier.books[company], entry);
      check.onBooked?.(entry, dossier, report, book);
    },
    bookedByAll(kind: BookEntry['kind']) {
      for (const company of ['card', 'pg', 'operator'] as const) this.booked(company, kind);
    },
    told(outcome: PaymentOutcome['kind'], to: DeviceId = ownBox) {
      const message = { type: 'payment.result', paymentId, outcome: { kind: outcome, code: 'message_stale' } };
      if (outcome === 'approved' || outcome === 'declined' || outcome === 'reversed') dossier.told.add(outcome);
      check.onDown?.(to, message as unknown as DownMessage, dossier, report);
    },
    recorded(kind: 'approved' | 'declined' | 'reversed', more: object[] = []) {
      dossier.boxOutcome = { kind, approval: { split: { chargedWon: 900 } } } as never;
      const change = { op: 'close-payment', paymentId, outcome: { kind }, atMs: 0 };
      check.onJournal?.(ownBox, [change, ...more] as never, dossiers, report);
    },
    rest(world: Partial<RestingWorld> = {}) {
      const none = { books: {} as RestingWorld['books'], journals: new Map(), lies: [], changes: [] };
      check.atRest?.({ ...none, dossiers, ...world }, report);
    },
  };
}

/** A database with these tables, each with these rows. */
export function tablesWith(tables: Record<string, { columns: string; rows: readonly unknown[][] }>): Database.Database {
  const db = new Database(':memory:');
  for (const [name, { columns, rows }] of Object.entries(tables)) {
    db.exec(`CREATE TABLE ${name} (${columns})`);
    const marks = columns
      .split(',')
      .map(() => '?')
      .join(', ');
    for (const row of rows) db.prepare(`INSERT INTO ${name} VALUES (${marks})`).run(...row);
  }
  return db;
}
