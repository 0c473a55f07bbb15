import type { OwnIdentity } from '../../../ports/certificate-authority.ts';
import type { IdentityContext } from './identity-context.ts';

/** The certificate of the operator's own servers: made at the start, and anew long before it runs out. */
export interface ServerCertificate {
  first: OwnIdentity;
  /** Begins to make it anew; `apply` takes each. */
  start(): void;
  stop(): void;
}

export async function createServerCertificate(
  { authority, scheduler, limits, log }: Pick<IdentityContext, 'authority' | 'scheduler' | 'limits' | 'log'>,
  { hosts, apply }: { hosts: readonly string[]; apply: (identity: OwnIdentity) => void },
): Promise<ServerCertificate> {
  const make = () => authority.makeServerIdentity(hosts, scheduler.nowMs() + limits.serverValidMs);
  let cancelTimer = (): void => undefined;
  let isStopped = false;
  const plan = (): void => {
    if (isStopped) return;
    cancelTimer = scheduler.after(limits.serverRenewMs, () => {
      make()
        .then((identity) => {
          if (!isStopped) apply(identity);
        })
        .catch((err: unknown) => log.error({ err }, 'the server certificate could not be made anew'))
        .finally(plan);
    });
  };
  return {
    first: await make(),
    start: plan,
    stop() {
      isStopped = true;
      cancelTimer();
    },
  };
}
