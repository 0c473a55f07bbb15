import { createHash, timingSafeEqual } from 'node:crypto';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { isDeviceId } from '@scanpay/shared/wire/topics.ts';
import type { Authenticate } from '../../ports/broker.ts';

export interface TokenAuthenticateOptions {
  /** Password of the user `cloud`; made anew by each process that runs the broker and its own link. */
  cloudToken: string;
  /** The token of a registered box; undefined: not registered. */
  findToken: (deviceId: DeviceId) => Promise<string | undefined>;
}

function digest(value: string | Uint8Array): Buffer {
  return createHash('sha256').update(value).digest();
}

/** User name and token. Refuses with `device_unknown`, whichever of the two is wrong. */
export function createTokenAuthenticate({ cloudToken, findToken }: TokenAuthenticateOptions): Authenticate {
  return async ({ username = '', password }) => {
    const refusal = refuse('device_unknown', 'wrong user name or token');
    if (password === undefined) return refusal;
    const principal = username === 'cloud' || isDeviceId(username) ? username : undefined;
    if (principal === undefined) return refusal;
    const expected = principal === 'cloud' ? cloudToken : await findToken(principal);
    if (expected === undefined || expected === '') return refusal;
    return timingSafeEqual(digest(expected), digest(password)) ? accept(principal) : refusal;
  };
}
