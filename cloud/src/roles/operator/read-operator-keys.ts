import {
  importOperatorSigningKey,
  importOperatorVerifyKey,
  importRegistrationBoxKey,
} from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { createKeyring, operatorVerifyKeyOf } from '@scanpay/shared/auth-barcode/keys.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { importSigner } from '@scanpay/shared/wire/message-key.ts';
import type { OperatorConfigSection } from '../../config.ts';
import type { OperatorKeys } from './operator-context.ts';

/** @throws ScanPayError `configuration` for keys that are none. */
export function readOperatorKeys(config: OperatorConfigSection): OperatorKeys {
  const signing = importOperatorSigningKey(config.couponKey);
  const former = config.formerCouponKeys.map(importOperatorVerifyKey);
  const [registrationBox, ...formerBoxes] = config.registrationKeys.map(importRegistrationBoxKey);
  if (registrationBox === undefined) throw new ScanPayError('configuration', 'operator.registrationKeys is empty');
  return {
    signing,
    verify: createKeyring([operatorVerifyKeyOf(signing), ...former]),
    registrationBox,
    registrationBoxes: createKeyring([registrationBox, ...formerBoxes]),
    message: importSigner(config.messageKey),
  };
}
