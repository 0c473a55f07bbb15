import { hashKeySet, type OperatorKeysMessage } from '@scanpay/shared/wire/operator-keys.ts';
import type { BoxDeps } from './deps.ts';
import type { Draft } from './mailroom.ts';

/** Keeps what the operator says is to be believed of it, and says what is kept. */
export function createKeyTaker({ takeOperatorKeys }: BoxDeps, send: (draft: Draft) => Promise<string>) {
  return async (message: OperatorKeysMessage): Promise<void> => {
    const held = takeOperatorKeys?.(message);
    if (held !== undefined) await send({ type: 'keys.held', keysSha256: hashKeySet(held) });
  };
}
