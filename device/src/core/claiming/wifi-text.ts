import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { WifiNetwork, WifiSecurity } from '../../ports/wifi-setter.ts';

const prefix = 'WIFI:';
const maxTextLength = 400;
const maxSsidBytes = 32;
const escapable = new Set(['\\', ';', ',', ':', '"']);

/**
 * `WIFI:T:WPA;S:name;P:password;H:true;;`, as ZXing wrote it down (wiki, "Barcode Contents", Wi-Fi Network config) and
 * phones draw it. `\`, `;`, `,`, `:` and `"` stand behind a `\`; a value in quotes is what stands within them. `T:SAE`
 * and `R:1` (WPA3 specification 3, 7.1) ask for WPA3 alone; the percent-encoding of that specification is not read, for
 * phones do not write it.
 *
 * Refuses with `wifi_unreadable`, and `wifi_unsupported` for WEP and for logins with a user name.
 */
export function readWifiText(text: string): Result<WifiNetwork> {
  if (!text.startsWith(prefix) || text.length > maxTextLength) return refuse('wifi_unreadable', 'no WIFI: text');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(text)) return refuse('wifi_unreadable', 'a control character');
  const fields = readFields(text.slice(prefix.length));
  return fields.ok ? toNetwork(fields.value) : fields;
}

type Fields = ReadonlyMap<string, string>;

/** The fields, in whatever order; `K` and `I` (public key, password id of WPA3) are known and not needed. */
const fieldNames = new Set(['T', 'S', 'P', 'H', 'R', 'K', 'I', 'E', 'A', 'PH2']);

function readFields(body: string): Result<Fields> {
  const fields = new Map<string, string>();
  let at = 0;
  while (at < body.length && body[at] !== ';') {
    const colon = body.indexOf(':', at);
    const name = body.slice(at, colon);
    if (colon < 0 || !fieldNames.has(name)) return refuse('wifi_unreadable', 'an unknown field');
    if (fields.has(name)) return refuse('wifi_unreadable', `${name} twice`);
    const value = readValue(body, colon + 1);
    if (value === undefined) return refuse('wifi_unreadable', `${name} does not end, or has a wrong escape`);
    fields.set(name, value.text);
    at = value.next;
  }
  return at === body.length - 1 ? accept(fields) : refuse('wifi_unreadable', 'it does not end with ;;');
}

/** Up to the next bare `;`. Quotes around the whole are not part of it, unless they stand behind a `\`. */
function readValue(body: string, from: number): { text: string; next: number } | undefined {
  let text = '';
  let endsBare = false;
  let at = from;
  for (; at < body.length && body[at] !== ';'; at += 1) {
    endsBare = body[at] !== '\\';
    if (!endsBare) {
      at += 1;
      if (!escapable.has(body[at] ?? '')) return undefined;
    }
    text += body[at];
  }
  if (at === body.length) return undefined;
  const isQuoted = text.length >= 2 && body[from] === '"' && endsBare && text.endsWith('"');
  return { text: isQuoted ? text.slice(1, -1) : text, next: at + 1 };
}

function toNetwork(fields: Fields): Result<WifiNetwork> {
  const ssid = fields.get('S') ?? '';
  const ssidBytes = new TextEncoder().encode(ssid).length;
  if (ssidBytes === 0 || ssidBytes > maxSsidBytes) return refuse('wifi_unreadable', 'S: 1 to 32 bytes');
  const hidden = readHidden(fields);
  if (hidden === undefined) return refuse('wifi_unreadable', 'H: true or false');
  if (['E', 'A', 'PH2'].some((name) => fields.has(name))) return refuse('wifi_unsupported', 'a login with a user name');
  const security = readSecurity(fields);
  if (!security.ok) return security;
  const password = fields.get('P') ?? '';
  if (security.value === 'open') {
    if (password !== '') return refuse('wifi_unreadable', 'P: an open network has no password');
    return accept({ ssid, security: 'open', password: null, hidden });
  }
  if (!/^(?:[\x20-\x7e]{8,63}|[0-9A-Fa-f]{64})$/.test(password)) {
    return refuse('wifi_unreadable', 'P: 8 to 63 characters, or 64 hexadecimal digits');
  }
  return accept({ ssid, security: security.value, password, hidden });
}

function readHidden(fields: Fields): boolean | undefined {
  const said = fields.get('H')?.toLowerCase();
  if (said === undefined || said === '' || said === 'false') return false;
  return said === 'true' ? true : undefined;
}

function readSecurity(fields: Fields): Result<WifiSecurity> {
  const only3 = fields.get('R');
  if (only3 !== undefined && !/^[0-9a-f]{1,2}$/i.test(only3)) return refuse('wifi_unreadable', 'R: hexadecimal');
  switch ((fields.get('T') ?? 'nopass').toUpperCase()) {
    case '':
    case 'NOPASS':
      return accept('open');
    case 'SAE':
      return accept('sae');
    case 'WPA':
    case 'WPA2':
    case 'WPA3':
      // Bit 0 of R: the network has left WPA2 behind.
      return accept((Number.parseInt(only3 ?? '0', 16) & 1) === 1 ? 'sae' : 'wpa');
    case 'WEP':
    case 'WPA2-EAP':
    case 'WPA-EAP':
      return refuse('wifi_unsupported', fields.get('T'));
    default:
      return refuse('wifi_unreadable', 'T: an unknown kind');
  }
}
