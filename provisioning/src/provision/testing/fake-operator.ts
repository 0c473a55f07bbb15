import { writeClaimText } from '@scanpay/shared/enrolment/claim-text.ts';
import type { OperatorApi } from '../operator-api.ts';
import { Refused } from '../refused.ts';

export interface FakeOperator extends OperatorApi {
  calls: string[];
  /** From now on it is out of reach, or back. */
  setUp(isUp: boolean): void;
}

export const claimText = writeClaimText({
  url: 'https://enrol.example:8443',
  secret: new Uint8Array(16).fill(1),
  caSha256: new Uint8Array(32).fill(2),
});

export function createFakeOperator(): FakeOperator {
  const calls: string[] = [];
  let isUp = true;
  const note = (what: string): void => {
    if (!isUp) throw new Refused({ ko: '연결되지 않습니다.', en: 'does not answer' }, { exitCode: 3 });
    calls.push(what);
  };
  return {
    calls,
    setUp(next) {
      isUp = next;
    },
    async registerClaim({ deviceId, merchantId }) {
      note(`claim ${deviceId}`);
      const place = { deviceId: deviceId as never, merchantId: merchantId as never };
      return { claimId: 'c-1', ...place, text: claimText, code: '0000-0000', expiresAtMs: 1 };
    },
    async recordHandOver(jws) {
      note(`hand-over ${jws}`);
      return { digest: 'D'.repeat(43), recordedAtMs: 1 };
    },
    async revoke(deviceId) {
      note(`revoke ${deviceId}`);
      return deviceId === 'box-a' ? ['1'] : null;
    },
  };
}
