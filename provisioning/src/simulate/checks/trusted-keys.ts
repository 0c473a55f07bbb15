import { type TrustedKeys, toDatedKeys } from '@scanpay/cloud/verify/read-keys.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import { exportSigner, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import { cardSigner, operatorKeys, pgKeys } from '../cloud/cast.ts';

const keysOf = (signer: JwsSigner) => toDatedKeys([verifyJwkOf(exportSigner(signer))]);

/** What the auditor trusts: the companies' keys; of boxes only what the operator signed as they enrolled. */
export const trustedKeys: TrustedKeys = {
  companies: { card: keysOf(cardSigner), pg: keysOf(pgKeys.signer), operator: keysOf(operatorKeys.message) },
  keysOf: () => undefined,
  authorities: [],
};
