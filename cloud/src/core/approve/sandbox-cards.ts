import type { ErrorCode } from '@scanpay/shared/errors.ts';

/** A card of the sandbox: its expiry as printed (MM/YY), and how it is refused; null: it is good. */
export interface SandboxCard {
  expiry: string;
  declineCode: ErrorCode | null;
}

/**
 * The cards this stand-in for a card company knows. The numbers are test numbers known to the trade, which no bank
 * issues. Every other number, and a wrong expiry, is `card_declined`.
 *
 * | number              | expiry | answer                |
 * |---------------------|--------|-----------------------|
 * | 4111 1111 1111 1111 | 12/30  | approved              |
 * | 5555 5555 5555 4444 | 12/30  | approved              |
 * | 4012 8888 8888 1881 | 12/30  | approved              |
 * | 4000 0000 0000 0002 | 12/30  | `card_declined`       |
 * | 4000 0000 0000 9995 | 12/30  | `card_limit_exceeded` |
 * | 4000 0000 0000 9987 | 12/30  | `card_lost_or_stolen` |
 * | 4000 0000 0000 9979 | 12/30  | `card_lost_or_stolen` |
 */
export const sandboxCards: ReadonlyMap<string, SandboxCard> = new Map([
  ['4111111111111111', { expiry: '12/30', declineCode: null }],
  ['5555555555554444', { expiry: '12/30', declineCode: null }],
  ['4012888888881881', { expiry: '12/30', declineCode: null }],
  ['4000000000000002', { expiry: '12/30', declineCode: 'card_declined' }],
  ['4000000000009995', { expiry: '12/30', declineCode: 'card_limit_exceeded' }],
  ['4000000000009987', { expiry: '12/30', declineCode: 'card_lost_or_stolen' }],
  ['4000000000009979', { expiry: '12/30', declineCode: 'card_lost_or_stolen' }],
]);
