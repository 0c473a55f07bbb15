import type { ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import type { DatedKeys } from '../dated-keys.ts';

/** Keys that are good at any time. */
export const atAnyTime = (resolve: ResolveKey): DatedKeys => ({ resolve, isGoodAt: () => true });
