import type { Result } from '@scanpay/shared/errors.ts';

/** `wpa`: WPA2 or WPA3 with a pass phrase; `sae`: WPA3 alone; `open`: no password. */
export type WifiSecurity = 'wpa' | 'sae' | 'open';

/** A network as a QR code names it. */
export interface WifiNetwork {
  /** At most 32 bytes of UTF-8 (IEEE 802.11, 9.4.2.2). */
  ssid: string;
  security: WifiSecurity;
  /** 8 to 63 printable ASCII characters, or 64 hexadecimal digits (IEEE 802.11, annex J.4); null where it is open. */
  password: string | null;
  hidden: boolean;
}

/** Whoever keeps the machine's networks. */
export interface WifiSetter {
  /**
   * Joins the network, now and at every start from now on; what was joined before is given up only once the new one
   * is up. Ends within its own deadline. Refuses with `wifi_unavailable`, `wifi_password_wrong`, `wifi_not_found` and
   * `wifi_failed`; the detail never holds the password.
   */
  join(network: WifiNetwork): Promise<Result<void>>;
}
