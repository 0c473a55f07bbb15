import { X509Certificate } from 'node:crypto';

/** What a peer's certificate says, once TLS has found that the operator's CA signed it. */
export interface ShownCertificate {
  serial: string;
  /** Undefined: the subject is anything but one common name. */
  commonName: string | undefined;
  notAfterMs: number;
}

export function readShownCertificate({ serialNumber, subject, validToDate }: X509Certificate): ShownCertificate {
  // The whole of it: in a subject of several lines, another part could look like a common name.
  const [, commonName] = /^CN=([a-z0-9-]+)$/.exec(subject) ?? [];
  return { serial: serialNumber, commonName, notAfterMs: validToDate.getTime() };
}

const pemCertificates = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Whether one of these CAs (PEM) signed it, asked again after TLS did: those that are believed may have changed since. */
export function isIssuedBy(certificate: X509Certificate, ca: string): boolean {
  return (ca.match(pemCertificates) ?? []).some((pem) => {
    const issuer = new X509Certificate(pem);
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  });
}
