import { describe, expect, it } from 'vitest';
import { boxA, boxB } from './testing/brokers.ts';
import { createTokenAuthenticate } from './token-authenticate.ts';

const tokens = new Map([
  [boxA, 'token a'],
  [boxB, ''],
]);
const authenticate = createTokenAuthenticate({
  cloudToken: 'token of the cloud',
  findToken: async (id) => tokens.get(id),
});
const attempt = (username: string | undefined, password: string | undefined) =>
  authenticate({
    clientId: 'ignored',
    username,
    password: password === undefined ? undefined : Buffer.from(password),
    peerCertificate: undefined,
  });

describe('createTokenAuthenticate', () => {
  it('knows the cloud and each box by its token', async () => {
    expect(await attempt('cloud', 'token of the cloud')).toEqual({ ok: true, value: 'cloud' });
    expect(await attempt(boxA, 'token a')).toEqual({ ok: true, value: boxA });
  });

  it.each([
    [boxA, 'token of the cloud'],
    [boxA, 'token'],
    [boxA, ''],
    [boxA, undefined],
    [boxB, ''],
    ['box-unknown', ''],
    ['cloud', 'token a'],
    ['cloud', ''],
    ['Cloud', 'token of the cloud'],
    ['', 'token a'],
    [undefined, 'token a'],
  ])('refuses %j with %j, whichever is wrong in the same words', async (username, password) => {
    expect(await attempt(username, password)).toEqual({
      ok: false,
      code: 'device_unknown',
      detail: 'wrong user name or token',
    });
  });
});
