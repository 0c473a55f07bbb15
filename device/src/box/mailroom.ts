import type { Clock } from '@scanpay/shared/clock.ts';
import type { DeviceId, IdMaker, PaymentId } from '@scanpay/shared/ids.ts';
import { encodeEnvelope, type JwsSigner, sha256Base64Url, signMessage } from '@scanpay/shared/wire/envelope.ts';
import { wireVersion } from '@scanpay/shared/wire/message-header.ts';
import type { UpMessage } from '@scanpay/shared/wire/messages.ts';

type Body<M> = M extends UpMessage ? Omit<M, 'v' | 'messageId' | 'deviceId' | 'sentAtMs'> : never;

/** A message before header and signature. */
export type Draft = Body<UpMessage>;

/** Puts the header on what the box says and signs it. */
export function createMailroom(deps: { deviceId: DeviceId; ids: IdMaker; clock: Clock; signer: JwsSigner }) {
  const { deviceId, ids, clock, signer } = deps;
  const sign = async (draft: Draft): Promise<{ messageId: string; jws: string }> => {
    const messageId = ids.messageId();
    const jws = await signMessage({ v: wireVersion, messageId, deviceId, sentAtMs: clock.nowMs(), ...draft }, signer);
    return { messageId, jws };
  };
  return {
    sign,
    async seal(draft: Draft): Promise<{ messageId: string; payload: string }> {
      const { messageId, jws } = await sign(draft);
      return { messageId, payload: encodeEnvelope(jws) };
    },
    sealInquiry: async (paymentId: PaymentId, requestJws: string): Promise<string> => {
      const requestSha256 = sha256Base64Url(requestJws);
      return encodeEnvelope((await sign({ type: 'payment.inquiry', paymentId, requestSha256 })).jws);
    },
    sealReversal: async (paymentId: PaymentId, requestJws: string): Promise<string> =>
      encodeEnvelope((await sign({ type: 'payment.reversal', paymentId, requestJws })).jws),
  };
}

export type Mailroom = ReturnType<typeof createMailroom>;
