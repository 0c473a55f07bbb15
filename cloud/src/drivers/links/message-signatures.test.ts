import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentDigestOf } from '../../ports/content-digest.ts';
import { signHttp, verifyHttp } from './message-signatures.ts';

/** RFC 9421 §B.1.4. */
const privateKey = createPrivateKey({
  format: 'jwk',
  key: {
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU',
    x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs',
  },
});
const signer = { kid: 'test-key-ed25519', privateKey };

/** The test request of §B.2. */
const request = {
  kind: 'request',
  method: 'POST',
  targetUri: 'http://example.com/foo?param=Value&Pet=dog',
  fields: [
    { name: 'Date', value: 'Tue, 20 Apr 2021 02:07:55 GMT' },
    { name: 'Content-Type', value: 'application/json' },
    { name: 'Content-Length', value: '18' },
  ],
} as const;

describe('HTTP Message Signatures', () => {
  it('are those of RFC 9421 §B.2.6 (ed25519)', () => {
    const components = ['date', '@method', '@path', '@authority', 'content-type', 'content-length'];
    expect(signHttp(request, components, { created: 1_618_884_473 }, signer, 'sig-b26')).toEqual({
      'signature-input':
        'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")' +
        ';created=1618884473;keyid="test-key-ed25519"',
      signature: 'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
    });
  });

  it('verify with the public key, and for no other message, key or set of components', async () => {
    const components = ['@method', '@path', '@query'];
    const signed = signHttp(request, components, { created: 1, tag: 'test' }, signer);
    const fields = [...request.fields, ...Object.entries(signed).map(([name, value]) => ({ name, value }))];
    const message = { ...request, fields };
    const find = () => createPublicKey(privateKey);
    expect(await verifyHttp(message, components, find)).toMatchObject({ ok: true, value: { keyId: signer.kid } });
    const wrong = [
      verifyHttp({ ...message, method: 'PUT' }, components, find),
      verifyHttp({ ...message, targetUri: 'http://example.com/foo?param=value&Pet=dog' }, components, find),
      verifyHttp({ ...message, targetUri: 'http://example.com/fo%6F?param=Value&Pet=dog' }, components, find),
      verifyHttp(message, [...components, 'date'], find),
      verifyHttp(message, components, () => undefined),
      verifyHttp({ ...message, fields: fields.map((field) => ({ ...field, value: `${field.value}, x` })) }, [], find),
    ];
    for (const each of await Promise.all(wrong)) expect(each).toMatchObject({ ok: false, code: 'signature_invalid' });
  });
});

it('writes Content-Digest as RFC 9530 §B.1 does', () => {
  // Of {"hello": "world"} and a line feed.
  expect(contentDigestOf('{"hello": "world"}\n')).toBe('sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:');
});
