import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import { hashKeySet, type OperatorKeysMessage } from '@scanpay/shared/wire/operator-keys.ts';
import { isClaim } from '../core/claiming/judge-scan.ts';
import { needsHelp } from '../core/printer/printer-words.ts';
import type { PlainInput, Scan } from '../core/terminal/state.ts';
import { startTerminal } from '../core/terminal/terminal.ts';
import { lightOf } from '../core/terminal/view.ts';
import type { PrinterStatus } from '../ports/printer.ts';
import type { ScannerEvents } from '../ports/scanner.ts';
import type { Uplink } from '../ports/uplink.ts';
import { createCare } from './care.ts';
import { createClockSync } from './clock-sync.ts';
import type { BoxDeps } from './deps.ts';
import { createFleetParts } from './fleet/fleet.ts';
import { createHandOver } from './hand-over.ts';
import { createInbox, createRouter } from './inbox.ts';
import { createMailroom, type Draft, type Mailroom } from './mailroom.ts';
import { createPoster } from './poster.ts';
import { createReceiptSync } from './receipt-sync.ts';
import { createRecorder } from './recorder.ts';
import { createRunner } from './runner.ts';
import { completeInput, readScan, unreadableScan } from './scan-reader.ts';
import { createScannerSigns } from './scanner-signs.ts';
import { createSender } from './sender.ts';
import { createSpool } from './spool.ts';
import { createStatements } from './statements.ts';
import { createTermsSync } from './terms-sync.ts';
import { createTrustedClock, type TrustedClock } from './trusted-clock.ts';
import { createUpdates, type Updates } from './updates.ts';
import { viewBox } from './view-box.ts';

/** The box put together: what the counter page, a POS and the tests talk to. */
export type Box = ReturnType<typeof createBox>;
type BoxParts = ReturnType<typeof assemble>;

export function createBox(deps: BoxDeps) {
  const parts = assemble(deps);
  const { runner, spool, statements, clockSync, termsSync, receiptSync, care, fleet, updates, clock, listeners } =
    parts;
  const { journal, light, printer, ids } = deps;
  const uplink = deps.createUplink({
    onMessage: ({ payload }) => parts.inbox(payload),
    onState: (state) => {
      const up = state === 'connected';
      parts.submit({ kind: 'link', up });
      clockSync.linkChanged(up);
      termsSync.linkChanged(up);
      receiptSync.linkChanged(up);
      statements.linkChanged(up);
      care.linkChanged(up);
      fleet.linkChanged(up);
      updates?.linkChanged(up);
    },
    onProblem: (detail) => deps.log.warn({ detail }, 'uplink'),
  });
  parts.link.uplink = uplink;
  const scanner = deps.createScanner(listenToScanner(deps, parts));
  listeners.add(createScannerSigns(scanner, runner.state));
  listeners.add(fleet.nudge);
  return {
    clock,
    journal,
    statements,
    spool,
    /** For whoever notices what no condition can see. */
    alarms: care.alarms,
    handOver: createHandOver({ ...deps, clock, wake: spool.wake }),
    receipts: receiptSync,
    /** For an update: closes the counter for a while. False: something is open, or on it. */
    closeForUpdate: async (): Promise<boolean> => (await runner.submit({ kind: 'update-asked' })) === undefined,
    reopen: async (): Promise<void> => void (await runner.submit({ kind: 'update-ended' })),
    /** What the updater asks; the rest of it is the self-test's. */
    health: () => {
      const { linkUp, clockTrusted, scannerReady } = runner.state();
      const operatorAnswered = clock.view().comparedAtMs !== null;
      return { nowMs: clock.nowMs(), clockTrusted, linkUp, operatorAnswered, scannerReady };
    },
    view: () =>
      viewBox({ ...deps, ...parts, limits: fleet.limits(), state: runner.state(), printer: parts.link.printer }),
    submit: runner.submit,
    /** Called after every change; the returned function ends it. */
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** The clerk gives back an approved payment, or a part of it; without an amount, all that is left. */
    async requestCancel(paymentId: PaymentId, amountWon?: Won): Promise<Result<void>> {
      const payment = journal.findPayment(paymentId);
      if (payment === null) return refuse('payment_unknown');
      const newCancelId = ids.cancelId();
      const code = await runner.submit({
        kind: 'cancel-requested',
        payment,
        newCancelId,
        ...(amountWon === undefined ? {} : { amountWon }),
      });
      return code === undefined ? accept(undefined) : refuse(code);
    },
    async start(): Promise<void> {
      await light.start();
      light.show('starting');
      await printer.start(spool.heard);
      runner.start();
      clockSync.start();
      spool.start();
      care.start();
      uplink.start();
      await scanner.start();
    },
    async stop(): Promise<void> {
      await scanner.stop();
      clockSync.stop();
      termsSync.stop();
      updates?.stop();
      receiptSync.stop();
      statements.stop();
      await care.stop();
      fleet.stop();
      await uplink.stop();
      await runner.stop();
      await spool.stop();
      await printer.stop();
      await light.stop();
      journal.close();
    },
  };
}

/** Makes the parts that speak to each other; nothing runs yet. */
function assemble(deps: BoxDeps) {
  const { deviceId, merchant, journal, scheduler, log } = deps;
  const clock = createTrustedClock(scheduler, deps.monotonicMs, deps.clockBounds);
  const operatorKeys = (kid: string) => deps.operatorKeys.get(kid);
  const mailroom = createMailroom({ deviceId, ids: deps.ids, clock, signer: deps.signer });
  const slipLines = () => fleet.slipLines();
  const recorder = createRecorder({ deviceId, merchant, journal, mailroom, clock, slipLines });
  const listeners = new Set<() => void>();
  const link: { uplink: Uplink | null; printer: PrinterStatus } = {
    uplink: null,
    printer: { kind: 'unknown', reason: 'not asked yet' },
  };
  const { publish, send } = createPoster(mailroom, () => link.uplink, log);
  const fleet = createFleetParts(deps, {
    clock,
    seen: { state: () => runner.state(), printer: () => link.printer },
    send,
  });
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const runner = createRunner({
    initial: startTerminal(
      { payments: journal.openPayments(), cancels: journal.openCancels(), terms: journal.terms() },
      clock.nowMs(),
      fleet.limits(),
    ),
    config: () => ({ merchantId: merchant.merchantId, limits: fleet.limits() }),
    clock,
    scheduler,
    journal,
    recorder,
    complete: (input) => completeInput(input, journal, clock),
    send: createSender({ recorder, mailroom, publish, log }),
    onStep: (state, changes) => {
      deps.light.show(lightOf(state));
      if (changes.some((change) => change.op === 'queue-receipt')) spool.wake();
      changed();
    },
    onFatal: deps.onFatal,
  });
  const submit = (input: PlainInput): void => {
    runner.submit(input).catch((error: unknown) => log.error({ err: error }, 'input lost'));
  };
  const spool = createSpool({
    journal,
    printer: deps.printer,
    scheduler,
    renderReceipt: deps.renderReceipt,
    onStatus: (status) => {
      link.printer = status;
      submit({ kind: 'printer', fault: needsHelp(status) });
    },
    onFatal: deps.onFatal,
    log,
  });
  const onPaper = (): void => {
    spool.wake();
    changed();
  };
  const statements = createStatements({
    deviceId,
    merchantId: merchant.merchantId,
    standingApproval: deps.standingApproval,
    operatorKeys,
    journal,
    clock,
    scheduler,
    slip: recorder.slip,
    send: async (draft) => void (await send(draft)),
    onChange: onPaper,
    log,
  });
  const care = createCare(deps, { clock, state: runner.state, printer: () => link.printer, send });
  const to = { clock, submit, send, onPaper, onClock: care.clockChanged };
  const { clockSync, termsSync, receiptSync } = createSyncs(deps, to);
  const updates = createOwnUpdates(deps, mailroom, link);
  const takeKeys = createKeyTaker(deps, send);
  const syncs = { clockSync, termsSync, receiptSync };
  const handle = createRouter({ submit, statements, ...syncs, fleet, updates, care, takeKeys, log });
  const inbox = createInbox({ deviceId, operatorKeys, handle, log });
  return { clock, listeners, link, runner, submit, spool, statements, ...syncs, fleet, updates, care, inbox };
}

/** Keeps what the operator says is to be believed of it, and says what is kept. */
function createKeyTaker({ takeOperatorKeys }: BoxDeps, send: (draft: Draft) => Promise<string>) {
  return async (message: OperatorKeysMessage): Promise<void> => {
    const held = takeOperatorKeys?.(message);
    if (held !== undefined) await send({ type: 'keys.held', keysSha256: hashKeySet(held) });
  };
}

function createOwnUpdates(
  { release, scheduler, log }: BoxDeps,
  mailroom: Mailroom,
  link: { uplink: Uplink | null },
): Updates | undefined {
  if (release === undefined) return undefined;
  return createUpdates({
    release,
    scheduler,
    async report(draft) {
      const { payload } = await mailroom.seal(draft);
      return (await link.uplink?.publish('release', payload, { retain: true })) === 'acknowledged';
    },
    log,
  });
}

/** What the box asks the operator for again and again: the time, the terms of its merchant, what became of receipts. */
function createSyncs(
  deps: BoxDeps,
  to: {
    clock: TrustedClock;
    submit(input: PlainInput): void;
    send(draft: Draft): Promise<string>;
    /** A slip may have got the number it waits for. */
    onPaper(): void;
    onClock(): void;
  },
) {
  const { deviceId, merchant, journal, scheduler, log } = deps;
  const { clock, submit, send } = to;
  const clockSync = createClockSync({
    scheduler,
    clock,
    sendQuery: () => send({ type: 'clock.query' }),
    isNtpSynchronised: deps.isNtpSynchronised ?? (() => Promise.resolve(false)),
    onChange: () => {
      submit({ kind: 'clock', trusted: clock.isTrusted() });
      to.onClock();
    },
    log,
  });
  const termsSync = createTermsSync({
    merchantId: merchant.merchantId,
    journal,
    scheduler,
    sendQuery: () => send({ type: 'terms.query' }),
    onTerms: (issued) => submit({ kind: 'terms', issued }),
    log,
  });
  const receiptSync = createReceiptSync({
    deviceId,
    journal,
    scheduler,
    sendQuery: (paymentIds) => send({ type: 'cash-receipt.query', paymentIds }),
    onChange: to.onPaper,
    log,
  });
  return { clockSync, termsSync, receiptSync };
}

function listenToScanner(deps: BoxDeps, { submit, fleet: { scans } }: BoxParts): ScannerEvents {
  const { log, ids } = deps;
  return {
    onScan({ text, atMs }) {
      scans.reads += 1;
      scans.lastReadAtMs = Math.round(atMs);
      if (isClaim(text)) deps.onClaimScanned?.(text);
      const scan: Scan = readScan(text, deps);
      submit({ kind: 'scanned', scan, newPaymentId: ids.paymentId() });
    },
    onState({ kind, detail }) {
      log.info({ kind, detail }, 'scanner');
      submit({ kind: 'scanner', ready: kind === 'ready' });
    },
    onRejected(reason, byteCount) {
      scans.rejected += 1;
      log.warn({ reason, byteCount }, 'scan rejected');
      // Half a line is noise, or a scan that the clerk repeats anyway.
      if (reason !== 'half-line') submit({ kind: 'scanned', scan: unreadableScan, newPaymentId: ids.paymentId() });
    },
  };
}
