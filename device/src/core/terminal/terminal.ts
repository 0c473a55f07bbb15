import type { MerchantId } from '@scanpay/shared/ids.ts';
import type { IssuedTerms } from '@scanpay/shared/redemption/merchant-terms.ts';
import type { OpenCancel, OpenPayment } from '../../ports/journal.ts';
import { awaitRefund, requestCancel, takeCancelResult } from './cancel.ts';
import { doWhatIsDue, repeatAllAt } from './due.ts';
import { confirmRecheck, takeRejection, takeResult } from './outcome.ts';
import { refuseInput, stay } from './parts.ts';
import { reviewSale, takeTerms, trackRedemption } from './redeem.ts';
import { abandon, chooseOffer, enterSale, takeAuthNumber, takeScan } from './sale.ts';
import type { Counter, Step, TerminalInput, TerminalLimits, TerminalState, TrackedPayment } from './state.ts';
import { closeForUpdate, endUpdate, isClosedTo } from './update.ts';

export interface TerminalConfig {
  merchantId: MerchantId;
  limits: TerminalLimits;
}

/**
 * The state at power-on: what the journal holds open is taken up again. A payment that was out when power failed is
 * `unknown` now, whatever its deadline; a recheck is shown again.
 */
export function startTerminal(
  open: { payments: readonly OpenPayment[]; cancels: readonly OpenCancel[]; terms?: IssuedTerms | null },
  nowMs: number,
  limits: TerminalLimits,
): TerminalState {
  const payments = open.payments.map((payment) => resumePayment(payment, nowMs, limits));
  return {
    linkUp: false,
    clockTrusted: false,
    scannerReady: false,
    printerFault: false,
    counter: resumeCounter(payments),
    terms: open.terms ?? null,
    payments: new Map(payments.map((payment) => [payment.paymentId, payment])),
    cancels: new Map(
      open.cancels.map(({ cancelId, paymentId, amountWon }) => [
        cancelId,
        { cancelId, paymentId, amountWon, nextSendAtMs: nowMs, sends: 0 },
      ]),
    ),
  };
}

function resumePayment(open: OpenPayment, nowMs: number, limits: TerminalLimits): TrackedPayment {
  const { paymentId, phase, request, recheckFields } = open;
  if (phase === 'redeemed') return trackRedemption(paymentId, request, nowMs);
  const wasOut = phase === 'sent' || phase === 'confirming';
  const endsAtMs = phase === 'recheck' ? nowMs + limits.recheckMs : Number.POSITIVE_INFINITY;
  return {
    paymentId,
    phase,
    request,
    recheckFields,
    phaseEndsAtMs: wasOut ? nowMs : endsAtMs,
    nextSendAtMs: nowMs,
    sends: 0,
  };
}

function resumeCounter(payments: readonly TrackedPayment[]): Counter {
  const last = payments.findLast(({ phase }) => phase !== 'redeemed');
  if (last === undefined) return { kind: 'idle' };
  const { paymentId, phase, recheckFields: fields, phaseEndsAtMs: untilMs } = last;
  return phase === 'recheck' ? { kind: 'recheck', paymentId, fields, untilMs } : { kind: 'unknown', paymentId };
}

/**
 * The terminal: a pure function of state and input. The same code runs in the box, in tests and in the simulator.
 * Expected refusals come back in `refused`; it never throws on any input.
 */
export function stepTerminal(state: TerminalState, input: TerminalInput, config: TerminalConfig): Step {
  const step = react(state, input, config);
  const due = doWhatIsDue(step.state, input.nowMs, config.limits);
  const refused = step.refused === undefined ? {} : { refused: step.refused };
  return { state: due.state, effects: [...step.effects, ...due.effects], ...refused };
}

function react(state: TerminalState, input: TerminalInput, { merchantId, limits }: TerminalConfig): Step {
  if (isClosedTo(state, input)) return refuseInput(state, 'updating');
  switch (input.kind) {
    case 'link':
      return stay(takeLink(state, input, limits));
    case 'clock':
      return stay({ ...state, clockTrusted: input.trusted });
    case 'scanner':
      return stay({ ...state, scannerReady: input.ready });
    case 'printer':
      return stay({ ...state, printerFault: input.fault });
    case 'terms':
      return stay(takeTerms(state, input.issued, input.nowMs, limits));
    case 'tick':
      return stay(state);
    case 'sale-entered':
      return enterSale(state, input, limits);
    case 'abandoned':
      return abandon(state, input.nowMs);
    case 'scanned':
      return takeScan(state, input, merchantId, limits);
    case 'auth-number-entered':
      return takeAuthNumber(state, input, merchantId, limits);
    case 'recheck-confirmed':
      if (state.counter.kind === 'choosing-offer') return chooseOffer(state, input, merchantId, limits);
      return confirmRecheck(state, input, limits);
    case 'refund-asked':
      return awaitRefund(state, input.nowMs, limits);
    case 'cancel-requested':
      return requestCancel(state, input, limits);
    case 'update-asked':
      return closeForUpdate(state, input.nowMs);
    case 'update-ended':
      return endUpdate(state);
    case 'payment-result':
      return takeResult(state, input, limits);
    case 'payment-rejected':
      return takeRejection(state, input);
    case 'cancel-result':
      return takeCancelResult(state, input, limits);
  }
}

function takeLink(state: TerminalState, { up, nowMs }: { up: boolean; nowMs: number }, limits: TerminalLimits) {
  const next = up ? repeatAllAt({ ...state, linkUp: true }, nowMs) : { ...state, linkUp: false };
  return reviewSale(next, nowMs, limits);
}
