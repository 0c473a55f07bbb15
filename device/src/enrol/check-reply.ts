import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { EnrolmentReply } from '@scanpay/shared/api/enrolment.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';

/** SHA-256 of a certificate (PEM), base64url; undefined: it is none. */
export function fingerprintOf(pem: string): string | undefined {
  try {
    return createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url');
  } catch {
    return undefined; // Node's only word for it is an exception.
  }
}

/** The certificate is for this key and this box, and of one of the CAs that come with it; else `operator_untrusted`. */
export function checkReply(reply: EnrolmentReply, tlsKey: string): Result<EnrolmentReply> {
  try {
    const certificate = new X509Certificate(reply.certificate);
    if (certificate.subject !== `CN=${reply.deviceId}`) return refuse('operator_untrusted', 'a certificate of another');
    const own = createPublicKey(createPrivateKey(tlsKey));
    if (!certificate.publicKey.equals(own)) return refuse('operator_untrusted', 'a certificate for another key');
    const isOfCa = reply.caCertificates.some((pem) => {
      const ca = new X509Certificate(pem);
      return certificate.checkIssued(ca) && certificate.verify(ca.publicKey);
    });
    return isOfCa ? accept(reply) : refuse('operator_untrusted', 'a certificate of another CA');
  } catch {
    return refuse('operator_untrusted', 'not a certificate'); // Node's only word for it is an exception.
  }
}
