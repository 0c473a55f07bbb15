import type { BoxView } from '@scanpay/shared/api/box.ts';
import type { ErrorCode, Result } from '@scanpay/shared/errors.ts';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { isReceiptCode, parseReceiptCode } from '@scanpay/shared/receipt/receipt-code.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { DownMessage } from '@scanpay/shared/wire/messages.ts';
import type { Scan } from '../core/terminal/state.ts';
import { startTerminal } from '../core/terminal/terminal.ts';
import { lightOf, viewCounter } from '../core/terminal/view.ts';
import { lightPatterns } from '../ports/light-patterns.ts';
import { createClockSync } from './clock-sync.ts';
import type { BoxDeps } from './deps.ts';
import { createInbox } from './inbox.ts';
import { createMailroom, type Draft } from './mailroom.ts';
import { createRecorder } from './recorder.ts';
import { createRunner, type PlainInput } from './runner.ts';
import { createSender } from './sender.ts';
import { createSpool } from './spool.ts';
import { createStatements } from './statements.ts';
import { createTrustedClock } from './trusted-clock.ts';

/** The box put together: what the counter page, a POS and the tests talk to. */
export type Box = ReturnType<typeof createBox>;

export function createBox(deps: BoxDeps) {
  const { deviceId, merchant, limits, journal, light, printer, scheduler, ids, log } = deps;
  const clock = createTrustedClock(scheduler);
  const resolveKey = (kid: string) => deps.operatorKeys.get(kid);
  const mailroom = createMailroom({ deviceId, ids, clock, signer: deps.signer });
  const recorder = createRecorder({ deviceId, merchant, journal, mailroom, clock });
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  let printerKind: BoxView['printer'] = 'unknown';

  const runner = createRunner({
    initial: startTerminal({ payments: journal.openPayments(), cancels: journal.openCancels() }, clock.nowMs(), limits),
    config: { merchantId: merchant.merchantId, limits },
    clock,
    scheduler,
    journal,
    recorder,
    send: createSender({ recorder, mailroom, uplink: () => uplink, log }),
    onStep: (state, changes) => {
      light.show(lightOf(state));
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
    printer,
    scheduler,
    renderReceipt: deps.renderReceipt,
    onStatus: (kind) => {
      printerKind = kind;
      submit({ kind: 'printer', fault: kind === 'fault' });
    },
    onFatal: deps.onFatal,
    log,
  });
  const send = async (draft: Draft): Promise<string> => {
    const { messageId, payload } = await mailroom.seal(draft);
    const channel = draft.type === 'settlement.answer' ? 'settlement' : 'payment';
    uplink.publish(channel, payload).catch((error: unknown) => log.warn({ err: error }, 'not sent'));
    return messageId;
  };
  const statements = createStatements({
    merchantId: merchant.merchantId,
    standingApproval: deps.standingApproval,
    operatorKeys: resolveKey,
    journal,
    clock,
    scheduler,
    slip: recorder.slip,
    send: async (draft) => void (await send(draft)),
    onChange: () => {
      spool.wake();
      changed();
    },
    log,
  });
  const clockSync = createClockSync({
    scheduler,
    clock,
    sendQuery: () => send({ type: 'clock.query' }),
    onChange: () => submit({ kind: 'clock', trusted: clock.isTrusted() }),
  });
  const handle = (message: DownMessage): Promise<void> | void => {
    switch (message.type) {
      case 'payment.result':
        return submit({ kind: 'payment-result', paymentId: message.paymentId, outcome: message.outcome });
      case 'cancel.result':
        return submit({ kind: 'cancel-result', cancelId: message.cancelId, outcome: message.outcome });
      case 'message.rejected':
        log.error({ code: message.code, detail: message.detail }, 'the operator refused a message of this box');
        if (message.paymentId === null) return;
        return submit({ kind: 'payment-rejected', paymentId: message.paymentId, code: message.code });
      case 'settlement.statement':
        return statements.takePart(message);
      case 'settlement.state':
        return statements.takeState(message);
      case 'clock.answer':
        return clockSync.take(message);
    }
  };
  const inbox = createInbox({ deviceId, operatorKeys: resolveKey, handle, log });
  const uplink = deps.createUplink({
    onMessage: ({ payload }) => inbox(payload),
    onState: (state) => {
      const up = state === 'connected';
      submit({ kind: 'link', up });
      clockSync.linkChanged(up);
      statements.linkChanged(up);
    },
    onProblem: (detail) => log.warn({ detail }, 'uplink'),
  });
  const readScan = (text: string): Scan => {
    if (!isReceiptCode(text))
      return { kind: 'coupon', text, sha256: sha256Base64Url(text), coupon: deps.readCoupon(text) };
    const paymentId = parseReceiptCode(text);
    return { kind: 'receipt', payment: paymentId.ok ? journal.findPayment(paymentId.value) : null };
  };
  const scanner = deps.createScanner({
    onScan: ({ text }) => submit({ kind: 'scanned', scan: readScan(text), newPaymentId: ids.paymentId() }),
    onState: ({ kind, detail }) => {
      log.info({ kind, detail }, 'scanner');
      submit({ kind: 'scanner', ready: kind === 'ready' });
    },
    onRejected: (reason, byteCount) => log.warn({ reason, byteCount }, 'scan rejected'),
  });
  const view = (): BoxView => {
    const state = runner.state();
    const pattern = lightOf(state);
    return {
      deviceId,
      merchantName: merchant.name,
      nowMs: clock.nowMs(),
      light: pattern,
      lightMeaning: lightPatterns[pattern].meaning,
      linkUp: state.linkUp,
      clockTrusted: state.clockTrusted,
      scannerReady: state.scannerReady,
      printer: printerKind,
      openCount: state.payments.size + state.cancels.size,
      receiptsWaiting: journal.countWaitingReceipts(),
      counter: viewCounter(state.counter),
    };
  };
  return {
    clock,
    journal,
    statements,
    spool,
    view,
    submit: runner.submit,
    onChange: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** The clerk cancels an approved payment of today. */
    async requestCancel(paymentId: PaymentId): Promise<Result<void>> {
      const payment = journal.findPayment(paymentId);
      if (payment === null) return refuse('payment_unknown');
      const code: ErrorCode | undefined = await runner.submit({
        kind: 'cancel-requested',
        payment,
        newCancelId: ids.cancelId(),
      });
      return code === undefined ? accept(undefined) : refuse(code);
    },
    async start(): Promise<void> {
      await light.start();
      light.show('starting');
      await printer.start();
      runner.start();
      spool.start();
      uplink.start();
      await scanner.start();
    },
    async stop(): Promise<void> {
      await scanner.stop();
      clockSync.stop();
      statements.stop();
      await uplink.stop();
      await runner.stop();
      await spool.stop();
      await printer.stop();
      await light.stop();
      journal.close();
    },
  };
}
