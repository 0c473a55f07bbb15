import {
  exportOperatorVerifyKey,
  importOperatorSigningKey,
  importOperatorVerifyKey,
  importRegistrationBoxKey,
} from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { createKeyring, operatorVerifyKeyOf } from '@scanpay/shared/auth-barcode/keys.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { importSigner, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import type { OperatorKeySet } from '@scanpay/shared/wire/operator-keys.ts';
import type { OperatorConfigSection } from '../../../config.ts';
import type { OperatorKeys } from '../operator-context.ts';

/** Keys at one moment: the operator's own, and what boxes are to believe of it. */
export interface KeyState {
  own: OperatorKeys;
  announced: Pick<OperatorKeySet, 'messageKeys' | 'couponKeys'>;
}

/** @throws ScanPayError `configuration` for keys that do not belong together. */
export function readKeys(config: OperatorConfigSection): KeyState {
  const signing = importOperatorSigningKey(config.couponKey);
  const couponKey = operatorVerifyKeyOf(signing);
  const others = config.otherCouponKeys.map(importOperatorVerifyKey);
  const [registrationBox, ...formerBoxes] = config.registrationKeys.map(importRegistrationBoxKey);
  if (registrationBox === undefined) throw new ScanPayError('configuration', 'operator.registrationKeys is empty');
  const messageKeys = [verifyJwkOf(config.messageKey), ...config.otherMessageKeys];
  if (new Set(messageKeys.map(({ kid }) => kid)).size < messageKeys.length) {
    throw new ScanPayError('configuration', 'operator: two message keys have the same id');
  }
  return {
    own: {
      signing,
      verify: createKeyring([couponKey, ...others]),
      registrationBox,
      registrationBoxes: createKeyring([registrationBox, ...formerBoxes]),
      message: importSigner(config.messageKey),
    },
    announced: { messageKeys, couponKeys: [exportOperatorVerifyKey(couponKey), ...config.otherCouponKeys] },
  };
}

/**
 * Why the operator may not go from one to the other at once: boxes would not believe what it signs. A key is announced
 * first, and used later.
 */
export function findKeyJump(before: KeyState, after: KeyState): string | undefined {
  const { messageKeys, couponKeys } = before.announced;
  const [message] = after.announced.messageKeys;
  const [coupon] = after.announced.couponKeys;
  if (!messageKeys.some(({ x, kid }) => x === message?.x && kid === message.kid)) {
    return `operator.messageKey ${message?.kid}: put it among otherMessageKeys first, until boxes know it`;
  }
  if (!couponKeys.some(({ x, kid }) => x === coupon?.x && kid === coupon.kid)) {
    return `operator.couponKey ${coupon?.kid}: put it among otherCouponKeys first, until boxes know it`;
  }
  return undefined;
}
