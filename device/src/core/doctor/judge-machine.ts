import { allWell, type Finding, fault, skip, type Words, warn } from './report.ts';
import { advice } from './words.ts';

/** What of the way to the broker can be seen from this machine. */
export interface NetworkFacts {
  /** Of the broker, from its URL. */
  host: string;
  /** This machine's addresses, without loopback. */
  addresses: readonly string[];
  hasDefaultRoute: boolean;
  /** The broker's address, or why its name is not found. */
  resolved: { address: string } | { problem: string };
}

/** A machine that got no address from the router gives itself one of these (RFC 3927, RFC 4291 §2.5.6). */
const isLinkLocal = (address: string): boolean => /^(169\.254\.|fe[89ab][0-9a-f]:)/i.test(address);
const isLoopback = (address: string): boolean => /^(127\.|::1$)/.test(address);

export function judgeNetwork({ host, addresses, hasDefaultRoute, resolved }: NetworkFacts): Finding {
  if ('address' in resolved && isLoopback(resolved.address)) return allWell(`the broker is on this machine (${host})`);
  const usable = addresses.filter((address) => !isLinkLocal(address));
  if (usable.length === 0) {
    return fault(`no address from the network (${addresses.join(', ') || 'none at all'})`, advice.networkDown);
  }
  const own = `addresses ${usable.join(', ')}`;
  if ('problem' in resolved) {
    return hasDefaultRoute
      ? fault(`${own}; ${host}: ${resolved.problem}`, advice.noName)
      : fault(`${own}; no default route; ${host}: ${resolved.problem}`, advice.noRoute);
  }
  // A broker in the same network needs none.
  if (!hasDefaultRoute) return warn(`${own}; no default route`, advice.noRoute);
  return allWell(`${own}; ${host} is ${resolved.address}`);
}

/** Bits of `vcgencmd get_throttled` (Raspberry Pi documentation, vcgencmd): now, and 16 higher since the start. */
const underVoltage = 1;
const slowed = 0b1110;
const names = ['under-voltage', 'frequency capped', 'throttled', 'soft temperature limit'];

/** `bits`: undefined on a machine that does not tell. */
export function judgeThrottling(bits: number | undefined): Finding {
  if (bits === undefined) return skip('this machine does not tell (no Raspberry Pi firmware)');
  const now = bits & 0xf;
  const since = (bits >> 16) & 0xf;
  const list = (set: number): string => names.filter((_name, index) => set & (1 << index)).join(', ') || 'none';
  const seen = `now: ${list(now)}; since the start: ${list(since)}`;
  if (now & underVoltage) return fault(seen, advice.underVoltage);
  const advices: Words[] = [];
  if (since & underVoltage) advices.push(advice.underVoltage);
  if ((now | since) & slowed) advices.push(advice.hot);
  return advices.length > 0 ? warn(seen, ...advices) : allWell(seen);
}
