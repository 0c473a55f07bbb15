import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOperatorVerifyKey } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { makeOperatorSigningKey, operatorVerifyKeyOf } from '@scanpay/shared/auth-barcode/keys.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { exportSigner, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import type { OperatorKeySet } from '@scanpay/shared/wire/operator-keys.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIdentityFolder } from '../drivers/identity/identity-folder.ts';
import type { StoredIdentity } from '../ports/identity-store.ts';
import { createOperatorTrust } from './operator-trust.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trust-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const makeSigner = (kid: string) => exportSigner({ kid, privateKey: generateKeyPairSync('ed25519').privateKey });
const makeKeys = (number: number, issuedAtMs: number): OperatorKeySet => ({
  messageKeys: [verifyJwkOf(makeSigner(`operator-${number}`))],
  couponKeys: [exportOperatorVerifyKey(operatorVerifyKeyOf(makeOperatorSigningKey(number, randomBytes)))],
  caCertificates: [`CA ${number}`],
  issuedAtMs,
});

const identityWith = ({ messageKeys, couponKeys, caCertificates, issuedAtMs }: OperatorKeySet): StoredIdentity => ({
  v: 1,
  deviceId: 'box-a' as DeviceId,
  claimSha256: 'A'.repeat(43),
  signingKey: makeSigner('box-a-1'),
  tls: { key: 'key', certificate: 'certificate', caCertificates },
  renewAfterMs: 1,
  expiresAtMs: 2,
  enrolmentUrl: 'https://operator.example',
  configuration: {
    merchant: { merchantId: 'm-1' as MerchantId, name: '가게', businessNumber: '123-45-67890' },
    operator: { messageKeys, couponKeys, issuedAtMs },
    brokerUrl: 'mqtts://operator.example',
  },
});

const open = (configured = makeKeys(9, 0)) => {
  const store = createIdentityFolder(folder);
  const trust = createOperatorTrust(store, configured);
  const known = () => [1, 2, 3, 9].filter((number) => trust.messageKeys.get(`operator-${number}`) !== undefined);
  return { store, trust, known };
};

describe('what a box believes of its operator', () => {
  it('comes with its identity, changes at once, and is there after a start', () => {
    const { store } = open();
    store.write(identityWith(makeKeys(1, 10)));
    const { trust, known } = open();
    expect(known()).toEqual([1]);
    expect(trust.take(makeKeys(2, 11))).toMatchObject({ issuedAtMs: 11 });
    expect([known(), [...trust.couponKeys().keys()]]).toEqual([[2], [2]]);
    const again = open();
    expect(again.known()).toEqual([2]);
    // The next connection is made with the CAs of now.
    expect(again.store.read()?.tls).toMatchObject({ caCertificates: ['CA 2'], certificate: 'certificate' });
  });

  it('does not go back: an older set that comes late, or again, changes nothing', () => {
    const { store } = open();
    store.write(identityWith(makeKeys(1, 10)));
    const { trust, known } = open();
    trust.take(makeKeys(2, 11));
    expect(trust.take(makeKeys(1, 10))).toMatchObject({ issuedAtMs: 11 });
    expect(trust.take(makeKeys(3, 11))).toMatchObject({ issuedAtMs: 11 });
    expect(known()).toEqual([2]);
  });

  it('follows a renewal that knows more', () => {
    const { store } = open();
    store.write(identityWith(makeKeys(1, 10)));
    const { trust, known } = open();
    trust.take(makeKeys(2, 11));
    let renewals = 0;
    trust.keepFresh({
      renew() {
        renewals += 1;
      },
    });
    store.write(identityWith(makeKeys(3, 12)));
    trust.refresh();
    expect([known(), renewals]).toEqual([[3], 1]);
    store.write(identityWith(makeKeys(1, 5)));
    trust.refresh();
    expect(known()).toEqual([3]);
  });

  it('is not taken over to another operator, and never without a CA', () => {
    const { store } = open();
    store.write(identityWith(makeKeys(1, 10)));
    const { trust, known } = open();
    trust.take({ ...makeKeys(2, 11), caCertificates: [] });
    expect(known()).toEqual([1]);
    trust.take(makeKeys(2, 11));
    store.write({ ...identityWith(makeKeys(3, 1)), claimSha256: 'B'.repeat(43) });
    expect(open().known()).toEqual([3]);
  });

  it('is configured where the box is known by token, until the operator tells more', () => {
    const { trust, known } = open();
    expect(known()).toEqual([9]);
    trust.take({ ...makeKeys(2, 11), caCertificates: [] });
    expect(open().known()).toEqual([2]);
  });
});
