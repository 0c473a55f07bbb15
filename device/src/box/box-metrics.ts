import { latencyBuckets, type Metrics, readOne } from '@scanpay/shared/metrics/metrics.ts';
import type { Journal, JournalChange } from '../ports/journal.ts';
import type { Machine } from '../ports/machine.ts';
import type { ScannerEvents } from '../ports/scanner.ts';
import type { Box } from './box.ts';

/** The journal, counting its commits and what payments come to. */
export function meterJournal(journal: Journal, metrics: Metrics, monotonicMs: () => number): Journal {
  const countCommit = metrics.counter({ name: 'journal_commits_total', help: 'Commits to the journal', labels: [] });
  const measure = metrics.histogram({
    name: 'journal_commit_seconds',
    help: 'Until a commit was on disk',
    labels: [],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
  });
  const countPayment = metrics.counter({
    name: 'payments_total',
    help: 'Payments by outcome; the code of a decline',
    labels: ['outcome', 'code'],
  });
  const measurePayment = metrics.histogram({
    name: 'payment_seconds',
    help: 'From a payment’s opening to its outcome',
    labels: ['outcome'],
    buckets: latencyBuckets,
  });
  const note = (change: JournalChange, openedAtMs: ReadonlyMap<string, number>): void => {
    if (change.op !== 'close-payment') return;
    const { outcome, paymentId, atMs } = change;
    countPayment({ outcome: outcome.kind, code: outcome.kind === 'declined' ? outcome.code : '' });
    const openedMs = openedAtMs.get(paymentId);
    if (openedMs !== undefined) measurePayment({ outcome: outcome.kind }, Math.max(0, atMs - openedMs) / 1_000);
  };
  return {
    ...journal,
    commit(changes) {
      const isClosing = changes.some(({ op }) => op === 'close-payment');
      const open = isClosing ? journal.openPayments() : [];
      const startedMs = monotonicMs();
      journal.commit(changes);
      if (changes.length === 0) return;
      measure({}, (monotonicMs() - startedMs) / 1_000);
      countCommit({});
      const openedAtMs = new Map(open.map((payment) => [payment.paymentId as string, payment.openedAtMs]));
      for (const change of changes) note(change, openedAtMs);
    },
  };
}

/** What a scanner tells, counted: reads, and what was no read. */
export function meterScans(events: ScannerEvents, metrics: Metrics): ScannerEvents {
  const count = metrics.counter({
    name: 'scans_total',
    help: 'Reads of the scanners; reason: what was no read',
    labels: ['source', 'reason'],
  });
  return {
    ...events,
    onScan(scan) {
      count({ source: scan.source, reason: '' });
      events.onScan(scan);
    },
    onRejected(reason, byteCount) {
      count({ source: '', reason });
      events.onRejected(reason, byteCount);
    },
  };
}

/** How the box is, read at each scrape. */
export function meterBox(metrics: Metrics, box: Box, machine: Machine): void {
  const gauge = (name: string, help: string, read: () => number | null | Promise<number | null>): void =>
    metrics.gauge({ name, help, labels: [] }, readOne(read));
  const flag = (name: string, help: string, read: () => boolean): void => gauge(name, help, () => (read() ? 1 : 0));
  flag('uplink_connected', 'The broker is connected', () => box.view().linkUp);
  flag('clock_trusted', 'Somebody vouches for the time', () => box.view().clockTrusted);
  flag('scanner_ready', 'A scanner is ready', () => box.view().scannerReady);
  metrics.gauge({ name: 'printer_state', help: 'The printer: 1 for what it is', labels: ['state'] }, () =>
    ['ok', 'fault', 'unknown'].map((state) => ({ labels: { state }, value: box.view().printer === state ? 1 : 0 })),
  );
  gauge('outbox_depth', 'Payments and cancels without an outcome', () => box.view().openCount);
  gauge(
    'redemptions_waiting',
    'Cash redeemed offline that the operator has not taken',
    () => box.view().offline.waitingCount,
  );
  gauge('spool_depth', 'Receipts that wait for the printer', () => box.view().receiptsWaiting);
  gauge('alarms_open', 'Alarms of the box that are open', () => box.alarms.open().length);
  gauge('clock_drift_seconds', 'The operator’s time less the system clock’s', () => {
    const { driftMs } = box.view().clock;
    return driftMs === null ? null : driftMs / 1_000;
  });
  gauge('temperature_celsius', 'The hottest sensor', async () => {
    const { temperatureMilliC } = await machine.look();
    return temperatureMilliC === null ? null : temperatureMilliC / 1_000;
  });
  gauge(
    'disk_free_bytes',
    'Free on the disk of the journal',
    async () => (await machine.look()).disk?.freeBytes ?? null,
  );
}
