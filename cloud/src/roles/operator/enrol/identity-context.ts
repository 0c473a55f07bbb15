import type { BoxConfiguration } from '@scanpay/shared/api/enrolment.ts';
import type { RandomBytes, Scheduler } from '@scanpay/shared/clock.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import type { Merchant, Merchants } from '../../../core/verify/merchants.ts';
import type { CertificateAuthority } from '../../../ports/certificate-authority.ts';
import type { IdentityStore } from '../../../ports/identity-store.ts';
import type { Log } from '../../../ports/log.ts';
import { createTokenBuckets, type TokenBuckets } from '../../common/token-buckets.ts';

export interface IdentityLimits {
  /** Life of a claim. */
  claimValidMs: number;
  /** Life of a box's certificate. */
  certificateValidMs: number;
  /** Life of the certificates of the operator's own servers, and how often they are made anew. */
  serverValidMs: number;
  serverRenewMs: number;
  /** Tries by short code of all boxes together at once, and how long until one more: the entropy rests on it. */
  codeTries: number;
  codeTryMs: number;
  /** Requests of one address at once, and how long until one more. */
  addressTries: number;
  addressTryMs: number;
}

const defaultIdentityLimits: IdentityLimits = {
  claimValidMs: 3_600_000,
  certificateValidMs: 30 * 86_400_000,
  serverValidMs: 30 * 86_400_000,
  serverRenewMs: 86_400_000,
  codeTries: 10,
  codeTryMs: 6_000,
  addressTries: 60,
  addressTryMs: 1_000,
};

export interface IdentityDeps {
  store: IdentityStore;
  /** Those that are believed now; the first issues. */
  authorities(): readonly [CertificateAuthority, ...CertificateAuthority[]];
  merchants: Merchants;
  /** Vouches for the keys of boxes. */
  signer: JwsSigner;
  /** Where boxes enrol, `https://host:port`; undefined before the listener is up. */
  enrolmentUrl(): string | undefined;
  /** What a box of this merchant is told; undefined before the broker is up. */
  configurationFor(merchant: Merchant): BoxConfiguration | undefined;
  /** Ends the connections that show this certificate. */
  dropConnections(serial: string): void;
  scheduler: Scheduler;
  randomBytes: RandomBytes;
  log: Log;
  limits?: Partial<IdentityLimits>;
}

/** What claims, enrolment and renewal share. */
export interface IdentityContext extends Omit<IdentityDeps, 'limits'> {
  /** The one that issues now. */
  readonly authority: CertificateAuthority;
  limits: IdentityLimits;
  codeTries: TokenBuckets;
  addressTries: TokenBuckets;
}

/** Addresses whose budgets are remembered. */
const maxRememberedAddresses = 10_000;

export function createIdentityContext(deps: IdentityDeps): IdentityContext {
  const limits = { ...defaultIdentityLimits, ...deps.limits };
  const { codeTries, codeTryMs, addressTries, addressTryMs } = limits;
  const clock = deps.scheduler;
  return {
    ...deps,
    get authority() {
      return deps.authorities()[0];
    },
    limits,
    codeTries: createTokenBuckets({ clock, capacity: codeTries, refillMs: codeTryMs, maxKeys: 1 }),
    addressTries: createTokenBuckets({
      clock,
      capacity: addressTries,
      refillMs: addressTryMs,
      maxKeys: maxRememberedAddresses,
    }),
  };
}
