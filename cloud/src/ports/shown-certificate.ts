import type { X509Certificate } from 'node:crypto';

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
