import type { RandomBytes, Scheduler } from '@scanpay/shared/clock.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import type { CardRules } from '../../core/approve/card-payment.ts';
import { sandboxCards } from '../../core/approve/sandbox-cards.ts';
import type { CardStore } from '../../ports/card-store.ts';
import type { Log } from '../../ports/log.ts';
import type { MmsGateway } from '../../ports/mms.ts';

export interface CardConfig {
  rules: CardRules;
  notices: {
    /** Queued notices wait this long for company: no reply waits for them, and one commit strikes off all that were sent. */
    gatherMs: number;
    /** A notice the gateway does not take is tried again after this, doubling up to the longest. */
    firstPauseMs: number;
    longestPauseMs: number;
    /** After so many failures the notice is kept, but not tried any more. */
    maxFailures: number;
  };
}

export const defaultCardConfig: { rules: Omit<CardRules, 'agreements'>; notices: CardConfig['notices'] } = {
  rules: { companyName: '모의카드', limitWon: won(5_000_000), cards: sandboxCards },
  notices: { gatherMs: 50, firstPauseMs: 1_000, longestPauseMs: 10 * 60_000, maxFailures: 50 },
};

/** What a test or the simulator may do to a call: delay it, or break it, before its work or before its reply. */
export interface CardFaults {
  beforeWork?(call: string, paymentId: PaymentId): Promise<void>;
  beforeReply?(call: string, paymentId: PaymentId): Promise<void>;
}

export interface CardDeps {
  store: CardStore;
  mms: MmsGateway;
  scheduler: Scheduler;
  randomBytes: RandomBytes;
  /** Secret of the card tokens and request hashes, 32 bytes. Without it they tell nothing about a card number. */
  tokenKey: Uint8Array;
  /** Signs what is booked. */
  signer: JwsSigner;
  config: CardConfig;
  log: Log;
  faults?: CardFaults;
}
