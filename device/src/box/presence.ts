import type { Clock } from '@scanpay/shared/clock.ts';
import type { DeviceId, IdMaker } from '@scanpay/shared/ids.ts';
import { encodeEnvelope, type JwsSigner, signMessage } from '@scanpay/shared/wire/envelope.ts';
import { wireVersion } from '@scanpay/shared/wire/message-header.ts';

/** Birth and last will of one session: signed before it begins, sharing its id (DESIGN §6). */
export function createPresence(deps: { deviceId: DeviceId; signer: JwsSigner; clock: Clock; ids: IdMaker }) {
  const { deviceId, signer, clock, ids } = deps;
  const seal = async (sessionId: string, online: boolean): Promise<string> => {
    const header = { v: wireVersion, messageId: ids.messageId(), deviceId, sentAtMs: clock.nowMs() };
    return encodeEnvelope(await signMessage({ ...header, type: 'presence', sessionId, online }, signer));
  };
  return async (): Promise<{ online: string; offline: string }> => {
    const sessionId = ids.messageId();
    return { online: await seal(sessionId, true), offline: await seal(sessionId, false) };
  };
}
