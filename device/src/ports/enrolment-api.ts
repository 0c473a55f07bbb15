import type { EnrolmentBody, EnrolmentReply, RenewalBody } from '@scanpay/shared/api/enrolment.ts';
import type { Result } from '@scanpay/shared/errors.ts';

/** How the server is believed. */
export interface EnrolmentServer {
  /** `https://host:port`. */
  url: string;
  /** PEM of the CAs it may be of; undefined: those the system trusts. */
  ca: readonly string[] | undefined;
}

/**
 * The operator's enrolment service. Refuses with the operator's own code, `operator_untrusted` when the server does not
 * prove who it is, `upstream_unavailable` when it does not answer in time.
 */
export interface EnrolmentApi {
  /** Asks without believing anybody: the answer is to be compared with what the claim pins. */
  readCa(url: string): Promise<Result<string[]>>;
  enrol(server: EnrolmentServer, body: EnrolmentBody): Promise<Result<EnrolmentReply>>;
  renew(
    server: EnrolmentServer,
    shown: { key: string; certificate: string },
    body: RenewalBody,
  ): Promise<Result<EnrolmentReply>>;
}
