import { isClaim } from '../core/claiming/judge-scan.ts';
import { needsHelp } from '../core/printer/printer-words.ts';
import type { PlainInput, Scan } from '../core/terminal/state.ts';
import { startTerminal } from '../core/terminal/terminal.ts';
import { lightOf } from '../core/terminal/view.ts';
import type { PrinterStatus } from '../ports/printer.ts';
import type { ScannerEvents } from '../ports/scanner.ts';
import type { Uplink } from '../ports/uplink.ts';
import { createCare } from './care.ts';
import type { BoxDeps } from './deps.ts';
import { createFleetParts } from './fleet/fleet.ts';
import { createHandOver } from './hand-over.ts';
import { createInbox, createRouter } from './inbox.ts';
import { createKeyTaker } from './key-taker.ts';
import { createMailroom } from './mailroom.ts';
import { createOwnUpdates, createUpdateSide } from './own-updates.ts';
import { createPoster } from './poster.ts';
import { createRecorder } from './recorder.ts';
import { createCancelRequest } from './request-cancel.ts';
import { createRunner } from './runner.ts';
import { completeInput, readScan, unreadableScan } from './scan-reader.ts';
import { createScannerSigns } from './scanner-signs.ts';
import { createSender } from './sender.ts';
import { createSpool } from './spool.ts';
import { createStatements } from './statements.ts';
import { createSyncs } from './syncs.ts';
import { createTrustedClock } from './trusted-clock.ts';
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
    ...createUpdateSide({ runner, clock }),
    view: () =>
      viewBox({ ...deps, ...parts, limits: fleet.limits(), state: runner.state(), printer: parts.link.printer }),
    submit: runner.submit,
    /** Called after every change; the returned function ends it. */
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    requestCancel: createCancelRequest({ journal, ids, runner }),
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
  const { printer, renderReceipt, onFatal } = deps;
  const spool = createSpool({
    ...{ journal, printer, scheduler, renderReceipt, onFatal, log },
    onStatus: (status) => {
      link.printer = status;
      submit({ kind: 'printer', fault: needsHelp(status) });
    },
  });
  const onPaper = (): void => {
    spool.wake();
    changed();
  };
  const statements = createStatements({
    ...{ deviceId, operatorKeys, journal, clock, scheduler, log },
    merchantId: merchant.merchantId,
    standingApproval: deps.standingApproval,
    slip: recorder.slip,
    send: async (draft) => void (await send(draft)),
    onChange: onPaper,
  });
  const care = createCare(deps, { clock, state: runner.state, printer: () => link.printer, send });
  const to = { clock, submit, send, onPaper, onClock: care.clockChanged };
  const { clockSync, termsSync, receiptSync } = createSyncs(deps, to);
  const updates = createOwnUpdates(deps, { mailroom, link, alarms: care.alarms });
  const takeKeys = createKeyTaker(deps, send);
  const syncs = { clockSync, termsSync, receiptSync };
  const handle = createRouter({ submit, statements, ...syncs, fleet, updates, care, takeKeys, log });
  const inbox = createInbox({ deviceId, operatorKeys, handle, log });
  return { clock, listeners, link, runner, submit, spool, statements, ...syncs, fleet, updates, care, inbox };
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
