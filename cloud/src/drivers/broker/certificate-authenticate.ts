import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { Authenticate } from '../../ports/broker.ts';
import { readShownCertificate, type ShownCertificate } from '../../ports/shown-certificate.ts';

export interface CertificateAuthenticateOptions {
  /** Whether a certificate of this serial is what the cloud's own link shows; made anew by each process. */
  isLink: (serial: string) => boolean;
  /** Whose certificate it is, if it is still good. */
  identifyBox: (shown: ShownCertificate) => Promise<Result<DeviceId>>;
}

/** The certificate alone; user name and password are not looked at. The listener's CA has signed it, as TLS has seen. */
export function createCertificateAuthenticate({ isLink, identifyBox }: CertificateAuthenticateOptions): Authenticate {
  return async ({ peerCertificate }) => {
    if (peerCertificate === undefined) return refuse('certificate_invalid', 'none was shown');
    const shown = readShownCertificate(peerCertificate);
    return isLink(shown.serial) && shown.commonName === 'cloud' ? accept('cloud') : identifyBox(shown);
  };
}
