import type { OwnIdentity } from '../../../ports/certificate-authority.ts';
import type { IdentityContext } from './identity-context.ts';

/** The certificate of the operator's own servers: made at the start, and anew long before it runs out. */
export interface ServerCertificate {
  first: OwnIdentity;
  /** Makes it anew now, as when another CA issues. */
  renew(): Promise<void>;
  /** Begins to make it anew; `apply` takes each. */
  start(): void;
  stop(): void;
}

export async function createServerCertificate(
  ctx: Pick<IdentityContext, 'authority' | 'scheduler' | 'limits' | 'log'>,
  { hosts, apply }: { hosts: readonly string[]; apply: (identity: OwnIdentity) => void },
): Promise<ServerCertificate> {
  const { scheduler, limits, log } = ctx;
  const make = () => ctx.authority.makeServerIdentity(hosts, scheduler.nowMs() + limits.serverValidMs);
  const renew = async (): Promise<void> => {
    const identity = await make();
    if (!isStopped) apply(identity);
  };
  let cancelTimer = (): void => undefined;
  let isStopped = false;
  const plan = (): void => {
    if (isStopped) return;
    cancelTimer = scheduler.after(limits.serverRenewMs, () => {
      renew()
        .catch((err: unknown) => log.error({ err }, 'the server certificate could not be made anew'))
        .finally(plan);
    });
  };
  return {
    first: await make(),
    renew,
    start: plan,
    stop() {
      isStopped = true;
      cancelTimer();
    },
  };
}
