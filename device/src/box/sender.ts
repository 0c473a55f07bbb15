import { encodeEnvelope } from '@scanpay/shared/wire/envelope.ts';
import type { TerminalEffect } from '../core/terminal/state.ts';
import type { Log } from './deps.ts';
import type { Mailroom } from './mailroom.ts';
import type { Recorder } from './recorder.ts';

type SendEffect = Extract<TerminalEffect, { do: 'send' }>;

/**
 * Sends what the journal holds. Whether a publish arrived is not asked here: the journal's entry stays open until the
 * operator's own answer, and the terminal repeats what is unanswered.
 */
export function createSender(deps: {
  recorder: Recorder;
  mailroom: Mailroom;
  publish(channel: 'payment', payload: string): Promise<void>;
  log: Log;
}) {
  const { recorder, mailroom } = deps;
  const toPayload = async (effect: SendEffect): Promise<string | null> => {
    if (effect.what === 'cancel') {
      const cancel = recorder.cancel(effect.cancelId);
      return cancel === undefined ? null : encodeEnvelope(cancel.cancelJws);
    }
    const open = recorder.payment(effect.paymentId);
    if (open === undefined) return null;
    switch (effect.what) {
      case 'request':
        return encodeEnvelope(open.requestJws, open.barcode ?? undefined);
      case 'confirm':
        return open.confirmJws === null ? null : encodeEnvelope(open.confirmJws, open.barcode ?? undefined);
      case 'inquiry':
        return mailroom.sealInquiry(open.paymentId, open.requestJws);
      case 'reversal':
        return mailroom.sealReversal(open.paymentId, open.requestJws);
    }
  };
  return async (effect: SendEffect): Promise<void> => {
    const payload = await toPayload(effect);
    // Not awaited: a slow PUBACK must not hold up the counter, and nothing rests on it.
    if (payload === null) return;
    deps.publish('payment', payload).catch((error: unknown) => deps.log.error({ err: error }, 'not sent'));
  };
}
