import { openChangedStay } from '@scanpay/shared/settlement/changed-stay.ts';
import { openSoldCoupon } from '@scanpay/shared/settlement/sold-coupon.ts';
import type { TerminalTrust } from '../core/audit/audit-terminal.ts';
import { holdToTime } from '../core/audit/dated-keys.ts';
import type { OperatorStore } from '../ports/operator-store.ts';
import { type BoxKeyStore, readBoxKeys } from './read-box-keys.ts';
import type { TrustedKeys } from './read-keys.ts';

/** Boxes, merchants, terms and coupons remembered; the busiest are soon read again. */
const maxRemembered = 1_000;

/** Keys of boxes, contracts, terms and coupons out of the operator's database, as far as they are vouched for. */
export function openTerminalTrust(
  store: BoxKeyStore & Pick<OperatorStore, 'listContracts' | 'findTerms'>,
  trusted: TrustedKeys,
): TerminalTrust {
  const { operator, pg } = trusted.companies;
  return {
    operatorKeys: operator,
    boxKeys: remember((deviceId) => readBoxKeys(store, trusted, deviceId)),
    contractsOf: remember((merchantId) => store.listContracts(merchantId)),
    termsOf: remember((termsId) => store.findTerms(termsId)),
    // Signed before it was used: at any time until its end.
    openSold: remember(async (soldJws) =>
      holdToTime(await openSoldCoupon(soldJws, pg.resolve), soldJws, pg, ({ validUntilMs }) => [
        Number.NEGATIVE_INFINITY,
        validUntilMs,
      ]),
    ),
    openStay: async (stayJws) =>
      holdToTime(await openChangedStay(stayJws, pg.resolve), stayJws, pg, ({ requestedAtMs }) => [
        requestedAtMs,
        requestedAtMs,
      ]),
  };
}

/** Asks once for each, as long as there are not too many. */
function remember<K, V>(read: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const known = new Map<K, V>();
  return async (key) => {
    const value = known.get(key) ?? (await read(key));
    const [oldest] = known.keys();
    if (known.size >= maxRemembered && oldest !== undefined) known.delete(oldest);
    known.set(key, value);
    return value;
  };
}
