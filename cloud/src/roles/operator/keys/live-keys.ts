import type { Clock } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { OperatorKeySet } from '@scanpay/shared/wire/operator-keys.ts';
import type { OperatorConfigSection } from '../../../config.ts';
import { follow } from '../../common/follow.ts';
import type { OperatorKeys } from '../operator-context.ts';
import { findKeyJump, readKeys } from './read-keys.ts';

/** The operator's keys while they change. */
export interface LiveKeys {
  /** Whoever holds it uses the key of the moment. */
  own: OperatorKeys;
  /** What boxes are to believe, now. */
  keySet(): OperatorKeySet;
  /** @throws ScanPayError `configuration`, and nothing is changed: boxes could not follow. */
  change(config: OperatorConfigSection): void;
}

/** @throws ScanPayError `configuration` */
export function createLiveKeys(
  config: OperatorConfigSection,
  { clock, readCas }: { clock: Clock; readCas: () => string[] },
): LiveKeys {
  let state = readKeys(config);
  let issuedAtMs = clock.nowMs();
  // Held by those who sign again and again, so it follows by itself, too.
  const message = follow(() => state.own.message);
  return {
    own: follow(() => ({ ...state.own, message })),
    keySet: () => ({ ...state.announced, caCertificates: readCas(), issuedAtMs }),
    change(next) {
      const changed = readKeys(next);
      const jump = findKeyJump(state, changed);
      if (jump !== undefined) throw new ScanPayError('configuration', jump);
      state = changed;
      // Later than the set before it, whatever the clock does.
      issuedAtMs = Math.max(clock.nowMs(), issuedAtMs + 1);
    },
  };
}
