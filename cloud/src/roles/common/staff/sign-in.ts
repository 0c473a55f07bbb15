import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock, RandomBytes } from '@scanpay/shared/clock.ts';
import { accept, type ErrorCode, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { StaffMember, StaffRole } from '../../../core/staff/staff-roles.ts';
import type { Log } from '../../../ports/log.ts';
import type { Passwords } from '../../../ports/passwords.ts';
import { createTokenBuckets } from '../token-buckets.ts';
import { networkOf } from './network-of.ts';

export interface Credentials {
  name: string;
  password: string;
  /** Where they came from. */
  address: string;
}

/** Tells who somebody is. Codes: sign_in_wrong, sign_in_locked, rate_limited (with the next two: ask again later). */
export type SignIn = (credentials: Credentials) => Promise<Result<StaffMember>>;

export interface SignInDeps {
  users: Readonly<Record<string, { role: StaffRole; passwordHash: string }>>;
  passwords: Passwords;
  clock: Clock;
  randomBytes: RandomBytes;
  log: Log;
}

/** Wrong passwords for one name, of all addresses: so many at once, then one in so long. */
const perName = { capacity: 10, refillMs: 90_000 };
/** Wrong passwords from one network; a gateway may stand for many people. */
const perNetwork = { capacity: 50, refillMs: 20_000 };
const maxTracked = 10_000;
/** Slow hashes wait for each other, for they take a core and 32 MiB; more than these are refused at once. */
const maxWaiting = 32;
/** A password that was right is known without the slow hash for so long after its last use, at so many places. */
const knownForMs = 3_600_000;
const maxKnown = 1_000;

/** Shortest wait that helps after `sign_in_locked` or `rate_limited`, seconds. */
export const retryAfterSeconds = 90;

export function createSignIn(deps: SignInDeps): SignIn {
  const { passwords, clock, log } = deps;
  const users = new Map(Object.entries(deps.users).map(([name, user]) => [name.normalize('NFC'), user]));
  const budgets = createBudgets(users, clock);
  const known = createKnown(deps);
  const inTurn = createTurns();

  const judge = async (tried: Required<Credentials>): Promise<Result<StaffMember>> => {
    const { name, password, address } = tried;
    const user = users.get(name);
    const found = (): Result<StaffMember> | undefined => {
      if (!budgets.ofNetworks.has(address)) return refuse('sign_in_locked');
      if (user !== undefined && known.has(tried)) return accept({ name, role: user.role });
      return budgets.ofName(name).has(name) ? undefined : refuse('sign_in_locked');
    };
    const before = found();
    if (before !== undefined) return before;
    return inTurn(async () => {
      // Meanwhile somebody may have got in, or have used up the tries.
      const now = found();
      if (now !== undefined) return now;
      const isRight = await passwords.isRight(password, user?.passwordHash ?? passwords.decoyHash);
      if (user === undefined || !isRight) return fail(tried);
      known.add(tried);
      return accept({ name, role: user.role });
    });
  };
  const fail = ({ name, address }: Credentials): Result<StaffMember> => {
    budgets.ofNetworks.take(address);
    budgets.ofName(name).take(name);
    const isLast = !budgets.ofNetworks.has(address) || !budgets.ofName(name).has(name);
    // A name nobody has may be a password in the wrong field.
    log.warn({ name: users.has(name) ? name : null, address, isLast }, 'sign-in of staff refused');
    return refuse('sign_in_wrong');
  };
  return ({ name, password, address }) =>
    judge({ name: name.normalize('NFC'), password: password.normalize('NFC'), address: networkOf(address) });
}

/** Names of the staff have budgets of their own, so that inventing names does not make the real ones forgotten. */
function createBudgets(users: ReadonlyMap<string, unknown>, clock: Clock) {
  const ofUsers = createTokenBuckets({ clock, ...perName, maxKeys: users.size });
  const ofOthers = createTokenBuckets({ clock, ...perName, maxKeys: maxTracked });
  return {
    ofNetworks: createTokenBuckets({ clock, ...perNetwork, maxKeys: maxTracked }),
    ofName: (name: string) => (users.has(name) ? ofUsers : ofOthers),
  };
}

/**
 * Who signed in from where, by a digest of the password that nobody outside of this process can compute. Somebody who is
 * known at a place goes on there while others use up the tries for that name.
 */
function createKnown({ clock, randomBytes }: Pick<SignInDeps, 'clock' | 'randomBytes'>) {
  const secret = randomBytes(32);
  const rows = new Map<string, { digest: Buffer; untilMs: number }>();
  const digestOf = (password: string): Buffer => createHmac('sha256', secret).update(password).digest();
  const placeOf = ({ name, address }: Credentials): string => `${name}\n${address}`;
  const add = (tried: Credentials): void => {
    const place = placeOf(tried);
    rows.delete(place);
    rows.set(place, { digest: digestOf(tried.password), untilMs: clock.nowMs() + knownForMs });
    const [oldest] = rows.keys();
    if (rows.size > maxKnown && oldest !== undefined) rows.delete(oldest);
  };
  return {
    add,
    has(tried: Credentials): boolean {
      const row = rows.get(placeOf(tried));
      if (row === undefined || row.untilMs <= clock.nowMs()) return false;
      if (!timingSafeEqual(row.digest, digestOf(tried.password))) return false;
      add(tried);
      return true;
    },
  };
}

/** One after the other. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (work: () => Promise<Result<StaffMember>>): Promise<Result<StaffMember>> => {
    if (waiting >= maxWaiting) return refuse('rate_limited');
    waiting += 1;
    const turn = last.then(work).finally(() => {
      waiting -= 1;
    });
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** Refusals after which waiting helps. */
export const isPassing = (code: ErrorCode): boolean => code === 'sign_in_locked' || code === 'rate_limited';
