import { ScanPayError } from '@scanpay/shared/errors.ts';
import type Database from 'better-sqlite3';
import { careTables } from './care-rows.ts';

/** Each step runs once, in order; `user_version` counts them. Released steps never change. */
const migrations: readonly string[] = [
  `
  CREATE TABLE payments (
    payment_id     TEXT PRIMARY KEY,
    coupon_id      TEXT,
    state          TEXT NOT NULL,
    request        TEXT NOT NULL,
    request_jws    TEXT NOT NULL,
    confirm_jws    TEXT,
    barcode        TEXT,
    recheck_fields TEXT NOT NULL DEFAULT '[]',
    decline_code   TEXT,
    approval       TEXT,
    business_date  TEXT,
    opened_at_ms   INTEGER NOT NULL,
    closed_at_ms   INTEGER
  ) STRICT;
  CREATE INDEX payments_open ON payments (opened_at_ms) WHERE closed_at_ms IS NULL;
  CREATE INDEX payments_by_date ON payments (business_date) WHERE business_date IS NOT NULL;
  CREATE INDEX payments_by_time ON payments (opened_at_ms);

  CREATE TABLE cancels (
    cancel_id      TEXT PRIMARY KEY,
    payment_id     TEXT NOT NULL REFERENCES payments (payment_id),
    amount_won     INTEGER NOT NULL,
    cancel_jws     TEXT NOT NULL,
    state          TEXT NOT NULL,
    decline_code   TEXT,
    business_date  TEXT,
    opened_at_ms   INTEGER NOT NULL,
    closed_at_ms   INTEGER
  ) STRICT;
  CREATE INDEX cancels_open ON cancels (opened_at_ms) WHERE closed_at_ms IS NULL;
  CREATE INDEX cancels_by_date ON cancels (business_date) WHERE business_date IS NOT NULL;

  CREATE TABLE receipts (
    receipt_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    receipt        TEXT NOT NULL,
    state          TEXT NOT NULL,
    queued_at_ms   INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX receipts_waiting ON receipts (receipt_id) WHERE state IN ('queued', 'printing');

  CREATE TABLE statements (
    statement_id   TEXT PRIMARY KEY,
    statement      TEXT NOT NULL,
    sha256         TEXT NOT NULL,
    state          TEXT NOT NULL,
    faults         TEXT NOT NULL,
    answer         TEXT,
    received_at_ms INTEGER NOT NULL
  ) STRICT;
  `,
  `
  CREATE INDEX payments_by_coupon ON payments (coupon_id) WHERE coupon_id IS NOT NULL;
  CREATE INDEX payments_declined ON payments (closed_at_ms) WHERE state = 'declined';
  CREATE TABLE terms (
    only_one       INTEGER PRIMARY KEY CHECK (only_one = 1),
    issued         TEXT NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE payments ADD COLUMN reversed_split TEXT;
  ALTER TABLE payments ADD COLUMN reversal_date TEXT;
  CREATE INDEX payments_by_reversal_date ON payments (reversal_date) WHERE reversal_date IS NOT NULL;
  `,
  // Statements of version 1 go: the operator presents again, as version 2, what is not answered yet.
  `
  DELETE FROM statements;
  ALTER TABLE statements ADD COLUMN lines TEXT NOT NULL DEFAULT '[]';
  `,
  // What was refunded of the payment before: until now a cancel gave all of it back.
  `
  ALTER TABLE cancels ADD COLUMN refunded_before_won INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX cancels_by_payment ON cancels (payment_id);
  `,
  // Cash receipts; a slip is found by its payment, to be given the approval number. Disputed lines that are settled later.
  `
  CREATE TABLE cash_receipt_orders (
    payment_id     TEXT NOT NULL REFERENCES payments (payment_id),
    order_key      TEXT NOT NULL,
    receipt_order  TEXT NOT NULL,
    changed_at_ms  INTEGER NOT NULL,
    is_open        INTEGER NOT NULL,
    PRIMARY KEY (payment_id, order_key)
  ) STRICT;
  CREATE INDEX cash_receipt_orders_open ON cash_receipt_orders (payment_id) WHERE is_open = 1;
  CREATE TABLE receipt_key (
    only_one       INTEGER PRIMARY KEY CHECK (only_one = 1),
    key            TEXT NOT NULL
  ) STRICT;
  ALTER TABLE statements ADD COLUMN settled TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE statements ADD COLUMN accepting TEXT NOT NULL DEFAULT '[]';
  CREATE INDEX receipts_by_payment ON receipts (json_extract(receipt, '$.paymentId'));
  `,
  careTables,
  // From when on each booked event is paid; null: told by an operator that did not say so yet.
  `
  ALTER TABLE payments ADD COLUMN payout_date TEXT;
  ALTER TABLE payments ADD COLUMN reversal_payout_date TEXT;
  ALTER TABLE cancels ADD COLUMN payout_date TEXT;
  `,
];

/** Of the newest schema. */
export const journalVersion = migrations.length;

/**
 * The oldest schema whose box can go on with a journal of the newest: a release that goes back leaves its journal to the
 * one before. Raised only with a step that is more than a new table, index, or column with a default.
 */
const readableFrom = 5;

/**
 * Brings the journal up to date, or up to an older version, as one finds it on a box that was not updated for long. One of
 * a newer box is taken as it is, where that box has noted (`application_id`) that this one can.
 *
 * @throws ScanPayError `configuration` when the journal was written by a newer version of the box, and is not for this one.
 */
export function migrateJournal(db: Database.Database, target = journalVersion): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) {
    const from = db.pragma('application_id', { simple: true }) as number;
    if (from > 0 && from <= migrations.length) return;
    throw new ScanPayError('configuration', `the journal is of a newer version (${version})`);
  }
  for (let step = version; step < target; step++) {
    db.transaction(() => {
      db.exec(migrations[step] ?? '');
      db.pragma(`user_version = ${step + 1}`);
      if (step + 1 === migrations.length) db.pragma(`application_id = ${readableFrom}`);
    }).immediate();
  }
}
