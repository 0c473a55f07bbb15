import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { BusinessDate, Clock } from '@scanpay/shared/clock.ts';
import { type CancelId, createIdMaker, type DeviceId, type MerchantId, type PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { encodeEnvelope, type JwsSigner, sha256Base64Url, signMessage } from '@scanpay/shared/wire/envelope.ts';
import type { ConfirmedFields, PaymentRequest, UpMessage } from '@scanpay/shared/wire/messages.ts';
import type { UpMessage as Delivered } from '../../../ports/device-link.ts';

type Draft<M = UpMessage> = M extends UpMessage ? Omit<M, 'v' | 'messageId' | 'deviceId' | 'sentAtMs'> : never;

/** A signed message on its way, and what later messages need of it. */
export interface Sealed {
  delivered: Delivered;
  jws: string;
  message: UpMessage;
}

export interface SealedRequest extends Sealed {
  paymentId: PaymentId;
  barcode: string | null;
  chargedWon: number;
}

export type TestBox = ReturnType<typeof createTestBox>;

/** A box that says what the test wants, properly signed. */
export function createTestBox(deviceId: DeviceId, merchantId: MerchantId, clock: Clock) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signer: JwsSigner = { kid: `${deviceId}-1`, privateKey };
  const ids = createIdMaker(clock, randomBytes);

  const deliver = (payload: string): Delivered => {
    const bytes = new TextEncoder().encode(payload);
    return { deviceId, channel: 'payment', payload: bytes, retained: false, duplicate: false };
  };
  const seal = async (draft: Draft, barcode?: string): Promise<Sealed> => {
    const header = { v: 1 as const, messageId: ids.messageId(), deviceId, sentAtMs: clock.nowMs() };
    const message = { ...header, ...draft } as UpMessage;
    const jws = await signMessage(message, signer);
    return { delivered: deliver(encodeEnvelope(jws, barcode)), jws, message };
  };

  return {
    deviceId,
    merchantId,
    signer,
    seal,
    deliver,
    jwk: {
      kty: 'OKP' as const,
      crv: 'Ed25519' as const,
      x: String(publicKey.export({ format: 'jwk' }).x),
      kid: signer.kid,
    },
    paymentId: () => ids.paymentId(),
    cancelId: () => ids.cancelId(),
    async request(
      coupon: { barcode: string; couponId: string } | { authNumber: string },
      differing: Partial<PaymentRequest> = {},
    ): Promise<SealedRequest> {
      const barcode = 'barcode' in coupon ? coupon.barcode : null;
      const reference =
        'barcode' in coupon
          ? { kind: 'barcode', couponId: coupon.couponId, barcodeSha256: sha256Base64Url(coupon.barcode) }
          : { kind: 'auth-number', authNumber: coupon.authNumber };
      const paymentId = differing.paymentId ?? ids.paymentId();
      const draft = {
        type: 'payment.request',
        paymentId,
        merchantId,
        coupon: reference,
        tender: 'card',
        listAmountWon: won(50_000),
        headcount: 2,
        visitDate: '2026-11-23' as BusinessDate,
        expiresAtMs: clock.nowMs() + 10_000,
        ...differing,
      } as Draft;
      const sealed = await seal(draft, barcode ?? undefined);
      return { ...sealed, paymentId, barcode, chargedWon: 45_000 };
    },
    inquiry: ({ paymentId, jws }: SealedRequest) =>
      seal({ type: 'payment.inquiry', paymentId, requestSha256: sha256Base64Url(jws) }),
    reversal: ({ paymentId, jws }: SealedRequest) => seal({ type: 'payment.reversal', paymentId, requestJws: jws }),
    confirm: ({ paymentId, jws, barcode }: SealedRequest, confirmed: ConfirmedFields, expiresInMs = 10_000) =>
      seal(
        {
          type: 'payment.confirm',
          paymentId,
          requestSha256: sha256Base64Url(jws),
          confirmed,
          expiresAtMs: clock.nowMs() + expiresInMs,
        },
        barcode ?? undefined,
      ),
    cancel: (
      { paymentId, chargedWon }: SealedRequest,
      cancelId: CancelId = ids.cancelId(),
      amountWon = won(chargedWon),
    ) => seal({ type: 'payment.cancel', cancelId, paymentId, merchantId, amountWon }),
  };
}
