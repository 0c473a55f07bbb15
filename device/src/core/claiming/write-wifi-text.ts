import type { WifiNetwork } from '../../ports/wifi-setter.ts';

const kinds = { wpa: 'WPA', sae: 'SAE', open: 'nopass' };
const escapeValue = (value: string): string => value.replace(/[\\;,:"]/g, '\\$&');

/** The text of a Wi-Fi code as `readWifiText` reads it, and phones do. */
export function writeWifiText({ ssid, security, password, hidden }: WifiNetwork): string {
  const secret = password === null ? '' : `P:${escapeValue(password)};`;
  return `WIFI:T:${kinds[security]};S:${escapeValue(ssid)};${secret}H:${hidden};;`;
}
