import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WifiNetwork } from '../../ports/wifi-setter.ts';
import { readWifiText } from './wifi-text.ts';
import { writeWifiText } from './write-wifi-text.ts';

const network = (differing: Partial<WifiNetwork> = {}): WifiNetwork => ({
  ssid: 'shop',
  security: 'wpa',
  password: 'correct horse',
  hidden: false,
  ...differing,
});

describe('the text of a Wi-Fi code', () => {
  it.each<[string, Partial<WifiNetwork>]>([
    ['WIFI:T:WPA;S:shop;P:correct horse;;', {}],
    ['WIFI:S:shop;P:correct horse;T:WPA;H:false;;', {}],
    ['WIFI:T:WPA2;S:shop;P:correct horse;H:true;;', { hidden: true }],
    ['WIFI:T:SAE;S:shop;P:correct horse;;', { security: 'sae' }],
    ['WIFI:T:WPA;R:1;S:shop;P:correct horse;K:MDkw;;', { security: 'sae' }],
    ['WIFI:T:nopass;S:shop;;', { security: 'open', password: null }],
    ['WIFI:S:shop;P:;;', { security: 'open', password: null }],
    // ZXing's own example.
    ['WIFI:T:WPA;S:\\"foo\\;bar\\\\baz\\";P:correct horse;;', { ssid: '"foo;bar\\baz"' }],
    ['WIFI:T:WPA;S:"1234";P:"12345678";;', { ssid: '1234', password: '12345678' }],
    ['WIFI:T:WPA;S:a:b,c;P:http://x:y;;', { ssid: 'a:b,c', password: 'http://x:y' }],
    [`WIFI:T:WPA;S:카페 속초;P:${'0aF'.repeat(21)}0;;`, { ssid: '카페 속초', password: `${'0aF'.repeat(21)}0` }],
  ])('is read: %s', (text, differing) => {
    expect(readWifiText(text)).toEqual({ ok: true, value: network(differing) });
  });

  it.each([
    ['another case of the prefix', 'wifi:T:WPA;S:shop;P:12345678;;', 'wifi_unreadable'],
    ['no end', 'WIFI:T:WPA;S:shop;P:12345678;', 'wifi_unreadable'],
    ['something after its end', 'WIFI:T:WPA;S:shop;P:12345678;;S:other;;', 'wifi_unreadable'],
    ['no name', 'WIFI:T:WPA;P:12345678;;', 'wifi_unreadable'],
    ['an empty name', 'WIFI:T:WPA;S:;P:12345678;;', 'wifi_unreadable'],
    ['a name of 33 bytes', `WIFI:T:WPA;S:${'가'.repeat(11)};P:12345678;;`, 'wifi_unreadable'],
    ['two names', 'WIFI:T:WPA;S:a;S:b;P:12345678;;', 'wifi_unreadable'],
    ['an unknown field', 'WIFI:T:WPA;S:a;P:12345678;X:1;;', 'wifi_unreadable'],
    ['an escape that is none', 'WIFI:T:WPA;S:a\\n;P:12345678;;', 'wifi_unreadable'],
    ['an escape at the end', 'WIFI:T:WPA;S:a;P:12345678\\', 'wifi_unreadable'],
    ['a short password', 'WIFI:T:WPA;S:a;P:1234567;;', 'wifi_unreadable'],
    ['a long password', `WIFI:T:WPA;S:a;P:${'z'.repeat(64)};;`, 'wifi_unreadable'],
    ['a password that is not ASCII', 'WIFI:T:WPA;S:a;P:비밀번호여덟자리;;', 'wifi_unreadable'],
    ['a password for an open network', 'WIFI:T:nopass;S:a;P:12345678;;', 'wifi_unreadable'],
    ['a line feed', 'WIFI:T:WPA;S:a\n;P:12345678;;', 'wifi_unreadable'],
    ['half hidden', 'WIFI:T:WPA;S:a;P:12345678;H:yes;;', 'wifi_unreadable'],
    ['an unknown kind', 'WIFI:T:WPA9;S:a;P:12345678;;', 'wifi_unreadable'],
    ['a kilobyte', `WIFI:T:WPA;S:a;P:${'1'.repeat(1024)};;`, 'wifi_unreadable'],
    ['WEP', 'WIFI:T:WEP;S:a;P:12345;;', 'wifi_unsupported'],
    ['a login with a user name', 'WIFI:T:WPA2-EAP;S:a;E:PEAP;I:kim;P:12345678;;', 'wifi_unsupported'],
  ])('is refused with %s', (_what, text, code) => {
    expect(readWifiText(text)).toMatchObject({ ok: false, code });
  });

  const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
  const ssids = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 16 })
    .filter((text) => new TextEncoder().encode(text).length <= 32 && !/\p{Cc}/u.test(text));
  const passwords = printable.filter((text) => text.length >= 8 && text.length <= 63);

  it('comes back as it was written, whatever name and password hold', () => {
    const networks = fc.record<WifiNetwork>({
      ssid: ssids,
      security: fc.constantFrom('wpa' as const, 'sae' as const),
      password: fc.oneof(passwords, fc.stringMatching(/^[0-9a-f]{64}$/)),
      hidden: fc.boolean(),
    });
    fc.assert(
      fc.property(networks, (value) => void expect(readWifiText(writeWifiText(value))).toEqual({ ok: true, value })),
    );
  });

  it('never throws, and never gives what a network cannot be', () => {
    const parts = fc.array(fc.constantFrom('T:WPA', 'S:', 'P:', ';', '\\', '"', ':', 'H:true', 'R:1', '가', ' '));
    fc.assert(
      fc.property(
        fc.oneof(
          parts.map((all) => all.join('')),
          fc.string(),
        ),
        (rest) => {
          const read = readWifiText(`WIFI:${rest}`);
          if (!read.ok) return;
          expect(new TextEncoder().encode(read.value.ssid).length).toBeLessThanOrEqual(32);
          if (read.value.password !== null) expect(read.value.password).toMatch(/^[\x20-\x7e]{8,64}$/);
        },
      ),
    );
  });
});
