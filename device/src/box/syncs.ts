import type { PlainInput } from '../core/terminal/state.ts';
import { createClockSync } from './clock-sync.ts';
import type { BoxDeps } from './deps.ts';
import type { Draft } from './mailroom.ts';
import { createReceiptSync } from './receipt-sync.ts';
import { createTermsSync } from './terms-sync.ts';
import type { TrustedClock } from './trusted-clock.ts';

/** What the box asks the operator for again and again: the time, the terms of its merchant, what became of receipts. */
export function createSyncs(
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
