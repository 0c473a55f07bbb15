import type { Clock } from '@scanpay/shared/clock.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import type { Log } from '../box/deps.ts';
import { judgeSetUpCode } from '../core/claiming/judge-scan.ts';
import { describeOrderEnd } from '../core/claiming/set-up-slips.ts';
import type { BootFolder, BootOrder } from '../ports/boot-folder.ts';
import type { WifiSetter } from '../ports/wifi-setter.ts';

export interface LateOrderDeps {
  boot: BootFolder;
  wifi: WifiSetter;
  /** The claim is taken, or why not (`createReclaim`). */
  takeClaim(text: string): Promise<Result<unknown>>;
  deviceId: string;
  clock: Clock;
  log: Log;
}

/**
 * What stands on the boot partition of a box that has its place already: Wi-Fi is set, for whoever holds the card holds
 * the box; a claim is judged as one that is scanned. Where the network is not up, the claim waits for the next start.
 */
export async function carryOutLateOrders(deps: LateOrderDeps): Promise<void> {
  const { boot, wifi, deviceId, clock, log } = deps;
  const conclude = (order: BootOrder, result: Result<unknown>): void => {
    const failure = result.ok ? null : { code: result.code, detail: result.detail };
    log.info({ order, failure }, 'boot partition');
    boot.conclude(order, describeOrderEnd(order, { deviceId, failure, atMs: clock.nowMs() }));
  };
  const orders = boot.read();
  if (orders.wifi !== undefined) {
    const code = judgeSetUpCode(orders.wifi);
    if (code.kind === 'wifi') conclude('wifi', await wifi.join(code.network));
    else conclude('wifi', refusalOf(code));
  }
  if (orders.claim === undefined) return;
  const code = judgeSetUpCode(orders.claim);
  const taken = code.kind === 'claim' ? await deps.takeClaim(code.text) : refusalOf(code);
  if (taken.ok || taken.code !== 'upstream_unavailable') conclude('claim', taken);
}

function refusalOf(code: ReturnType<typeof judgeSetUpCode>): Result<never> {
  if (code.kind === 'refused') return { ok: false, code: code.code, detail: code.detail };
  return { ok: false, code: code.kind === 'claim' ? 'wifi_unreadable' : 'claim_unreadable', detail: 'the other kind' };
}
