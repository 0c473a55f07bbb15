import type { DownMessage, UpMessage } from '@scanpay/shared/wire/messages.ts';

/** What a signed payload says, unverified: the checks look at what was sent, the product at whether to believe it. */
export function readWire(payload: string): { message: UpMessage | DownMessage; text: string } | null {
  try {
    const { jws } = JSON.parse(payload) as { jws: string };
    const text = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
    return { message: JSON.parse(text) as UpMessage | DownMessage, text };
  } catch {
    return null;
  }
}

/** `payment.result approved`: a message in a few words, for the trace. */
export function nameOf(message: UpMessage | DownMessage): string {
  if (message.type === 'payment.result' || message.type === 'cancel.result') {
    const { outcome } = message;
    return `${message.type} ${outcome.kind}${'code' in outcome ? ` ${outcome.code}` : ''}`;
  }
  if (message.type === 'message.rejected') return `${message.type} ${message.code} ${message.detail}`;
  return message.type;
}
