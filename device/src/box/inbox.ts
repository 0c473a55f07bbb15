import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createEnvelopeOpener, type ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { type DownMessage, downMessageSchemas } from '@scanpay/shared/wire/messages.ts';
import type { OperatorKeysMessage } from '@scanpay/shared/wire/operator-keys.ts';
import type { PlainInput } from '../core/terminal/state.ts';
import type { Care } from './care.ts';
import type { ClockSync } from './clock-sync.ts';
import type { Log } from './deps.ts';
import type { FleetParts } from './fleet/fleet.ts';
import type { ReceiptSync } from './receipt-sync.ts';
import type { Statements } from './statements.ts';
import type { TermsSync } from './terms-sync.ts';
import type { Updates } from './updates.ts';

/**
 * Every message to the box passes here: size, version, operator's signature, schema, and that it names this box.
 * What does not hold is logged and dropped: an answer that cannot be trusted is no answer, and the terminal asks again.
 */
export function createInbox(deps: {
  deviceId: DeviceId;
  operatorKeys: ResolveKey;
  handle(message: DownMessage): Promise<void> | void;
  log: Log;
}) {
  const open = createEnvelopeOpener(downMessageSchemas);
  return async (payload: Uint8Array): Promise<void> => {
    const opened = await open(payload, deps.operatorKeys);
    if (!opened.ok) {
      const { code, detail } = opened.reason;
      return deps.log.warn({ code, detail }, 'message refused');
    }
    const { message } = opened.value;
    if (message.deviceId !== deps.deviceId) {
      return deps.log.warn({ code: 'device_mismatch', deviceId: message.deviceId }, 'message refused');
    }
    await deps.handle(message);
  };
}

/** Where each kind of message goes. */
export function createRouter(deps: {
  submit(input: PlainInput): void;
  statements: Pick<Statements, 'takePart' | 'takeState' | 'takeLines'>;
  clockSync: Pick<ClockSync, 'take'>;
  termsSync: Pick<TermsSync, 'take'>;
  receiptSync: Pick<ReceiptSync, 'takeKey' | 'takeState'>;
  fleet: Pick<FleetParts, 'take'>;
  updates: Pick<Updates, 'take'> | undefined;
  care: Pick<Care, 'take'>;
  takeKeys(message: OperatorKeysMessage): Promise<void>;
  log: Log;
}) {
  const { submit, statements, clockSync, termsSync, receiptSync, fleet, updates, care, takeKeys, log } = deps;
  return (message: DownMessage): Promise<void> | void => {
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
      case 'settlement.lines':
        return statements.takeLines(message);
      case 'clock.answer':
        return clockSync.take(message);
      case 'merchant.terms':
        return termsSync.take(message);
      case 'command':
      case 'alarm.recorded':
        return care.take(message);
      case 'operator.keys':
        return takeKeys(message);
      case 'cash-receipt.key':
        return receiptSync.takeKey(message);
      case 'cash-receipt.state':
        return receiptSync.takeState(message);
      case 'config.desired':
        return fleet.take(message);
      case 'release.desired':
        return updates?.take(message);
    }
  };
}
