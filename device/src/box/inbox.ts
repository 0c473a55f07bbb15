import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createEnvelopeOpener, type ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { type DownMessage, downMessageSchemas } from '@scanpay/shared/wire/messages.ts';
import type { Log } from './deps.ts';

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
