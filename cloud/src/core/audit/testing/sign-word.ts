import { generateKeyPairSync } from 'node:crypto';
import { type BookingEvidence, signBookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import type { JwsSigner, ResolveKey } from '@scanpay/shared/wire/envelope.ts';

function makePeer(kid: string): { signer: JwsSigner; resolveKey: ResolveKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { signer: { kid, privateKey }, resolveKey: (asked) => (asked === kid ? publicKey : undefined) };
}

/** Whose word the tests of those who ask rest on. */
export const peers = { card: makePeer('card-1'), pg: makePeer('pg-1') };

type Said = Pick<BookingEvidence, 'kind' | 'paymentId' | 'split' | 'businessDate' | 'atMs'> & Partial<BookingEvidence>;

/** The word of a company that was asked, as its service gives it. */
export function signWord(company: keyof typeof peers, said: Said, approvalNumber?: string): Promise<string> {
  const none = { cancelId: null, merchantId: null, deviceId: null, tender: 'card' } as const;
  const basis = { cardLast4: null, couponId: null, offerId: null, contractVersion: null };
  const sale = approvalNumber === undefined ? null : { approvalNumber, ...basis };
  return signBookingEvidence({ v: 1, company, ...none, sale, ...said }, peers[company].signer);
}
