import { readClaimText } from '@scanpay/shared/enrolment/claim-text.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import { isReceiptCode } from '@scanpay/shared/receipt/receipt-code.ts';
import type { WifiNetwork } from '../../ports/wifi-setter.ts';
import { readWifiText } from './wifi-text.ts';

/** What a text is to a box that waits to be set up. */
export type SetUpCode =
  | { kind: 'claim'; text: string }
  | { kind: 'wifi'; network: WifiNetwork }
  | { kind: 'refused'; code: ErrorCode; detail: string };

export const isClaim = (text: string): boolean => text.startsWith('SPE1:');
export const isWifi = (text: string): boolean => text.startsWith('WIFI:');

export function judgeSetUpCode(text: string): SetUpCode {
  if (isClaim(text)) {
    const claim = readClaimText(text);
    return claim.ok ? { kind: 'claim', text } : { kind: 'refused', code: claim.code, detail: claim.detail };
  }
  if (isWifi(text)) {
    const network = readWifiText(text);
    return network.ok
      ? { kind: 'wifi', network: network.value }
      : { kind: 'refused', code: network.code, detail: network.detail };
  }
  if (text.startsWith('SP1:') || isReceiptCode(text)) return { kind: 'refused', code: 'not_set_up', detail: '' };
  return { kind: 'refused', code: 'set_up_code_unknown', detail: '' };
}
