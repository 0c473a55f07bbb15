import { noTimer, type RandomBytes, type Scheduler } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { Log } from '../box/deps.ts';
import type { EnrolmentApi } from '../ports/enrolment-api.ts';
import type { IdentityStore, StoredIdentity } from '../ports/identity-store.ts';
import { checkReply } from './check-reply.ts';
import type { OperatorTrust } from './operator-trust.ts';

export interface CertificateRenewer {
  /** Does nothing for a box that is not enrolled. */
  start(): void;
  /** Resolves when what is under way has ended, within the deadline of the call. */
  stop(): Promise<void>;
}

export interface CertificateRenewerDeps {
  store: IdentityStore;
  api: EnrolmentApi;
  makeTlsKey: () => Promise<{ key: string; csr: string }>;
  /** Hears when a new identity is on disk. */
  trust?: Pick<OperatorTrust, 'refresh'>;
  scheduler: Scheduler;
  randomBytes: RandomBytes;
  log: Log;
}

const hourMs = 3_600_000;

/**
 * Has the certificate renewed in its last third, each time with a new key; at most hourly once it is expired. Boxes that were
 * enrolled together do not all ask together: each waits up to a tenth of that third longer, as chance has it.
 *
 * The connection that is open stays: the next one shows the new certificate.
 */
export function createCertificateRenewer(deps: CertificateRenewerDeps): CertificateRenewer {
  const { store, scheduler, randomBytes, log } = deps;
  const spread = (randomBytes(1)[0] ?? 0) / 255 / 10;
  let cancelTimer = noTimer;
  let turn: Promise<void> = Promise.resolve();
  let isStopped = false;

  const plan = (delayMs: number): void => {
    if (isStopped) return;
    cancelTimer = scheduler.after(Math.min(Math.max(delayMs, 0), hourMs), () => {
      turn = look().catch((err: unknown) => {
        log.error({ err }, 'the certificate could not be renewed');
        plan(hourMs);
      });
    });
  };
  const look = async (): Promise<void> => {
    const identity = store.read();
    if (identity === undefined) return;
    const { renewAfterMs, expiresAtMs } = identity;
    const dueMs = renewAfterMs + Math.floor((expiresAtMs - renewAfterMs) * spread);
    const waitMs = dueMs - scheduler.nowMs();
    if (waitMs > 0) return plan(waitMs);
    const renewed = await renewNow(deps, identity);
    if (renewed.ok) {
      const { value } = renewed;
      log.info({ expiresAtMs: value.expiresAtMs }, 'certificate renewed');
      deps.trust?.refresh();
      // Never at once: a clock that is ahead would have it renewed again and again.
      return plan(Math.max((value.expiresAtMs - value.renewAfterMs) / 4, 1_000));
    }
    const { code, detail } = renewed;
    const leftMs = expiresAtMs - scheduler.nowMs();
    if (leftMs > 0) {
      log.warn({ code, detail, leftMs }, 'the certificate is not renewed yet');
      return plan(Math.max(leftMs / 20, 1_000));
    }
    // It may be this clock that is wrong, so the operator is asked on.
    log.error({ code, detail }, 'the certificate has expired: enrol the box again');
    plan(hourMs);
  };
  return {
    start: () => plan(0),
    async stop() {
      isStopped = true;
      cancelTimer();
      await turn;
    },
  };
}

/** The next certificate, now; it is kept. Codes: those of the operator, operator_untrusted, upstream_unavailable. */
export async function renewNow(
  { store, api, makeTlsKey }: Pick<CertificateRenewerDeps, 'store' | 'api' | 'makeTlsKey'>,
  identity: StoredIdentity,
): Promise<Result<StoredIdentity>> {
  const { enrolmentUrl: url, tls } = identity;
  const { key, csr } = await makeTlsKey();
  const reply = await api.renew({ url, ca: tls.caCertificates }, tls, { csr });
  if (!reply.ok) return reply;
  const checked = checkReply(reply.value, key);
  if (!checked.ok) return checked;
  const { deviceId, certificate, caCertificates, renewAfterMs, expiresAtMs, configuration } = checked.value;
  if (deviceId !== identity.deviceId) return refuse('operator_untrusted', 'a certificate of another box');
  const renewed: StoredIdentity = {
    ...identity,
    tls: { key, certificate, caCertificates },
    renewAfterMs,
    expiresAtMs,
    configuration,
  };
  store.write(renewed);
  return accept(renewed);
}
