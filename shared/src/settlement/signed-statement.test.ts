import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BusinessDate } from '../clock.ts';
import type { StatementId } from '../ids.ts';
import { won } from '../money.ts';
import { type JwsSigner, type ResolveKey, sha256Base64Url, signJws } from '../wire/envelope.ts';
import { makeStatement } from './make-statement.ts';
import {
  openPaymentAdvice,
  openStatement,
  type PaymentAdvice,
  readStoredStatement,
  signPaymentAdvice,
  signStatement,
  statementTyp,
} from './signed-statement.ts';

const { statement } = makeStatement({
  statementId: '019ab0c2-0000-7000-8000-000000000001' as StatementId,
  hop: 'S13',
  sender: 'card',
  receiver: 'pg',
  deviceId: null,
  businessDate: '2026-11-23' as BusinessDate,
  events: [],
});
const advice: PaymentAdvice = {
  v: 1,
  statementId: statement.statementId,
  statementSha256: sha256Base64Url('the statement'),
  payableWon: won(-5),
  paidAtMs: 1_000,
};

function company(kid: string): { signer: JwsSigner; resolveKey: ResolveKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { signer: { kid, privateKey }, resolveKey: (asked) => (asked === kid ? publicKey : undefined) };
}
const card = company('card-1');
const forger = company('card-1');

describe('signed statement', () => {
  it('opens with the key of its sender, and names its own hash', async () => {
    const jws = await signStatement(statement, card.signer);
    expect(await openStatement(jws, card.resolveKey)).toEqual({
      ok: true,
      value: { statement, kid: 'card-1', sha256: sha256Base64Url(jws) },
    });
    expect(readStoredStatement(jws)).toEqual({ ok: true, value: statement });
  });

  it('does not open with another key, another key id, or one changed letter', async () => {
    const jws = await signStatement(statement, card.signer);
    const [head, payload, signature] = jws.split('.') as [string, string, string];
    const changed = Buffer.from(JSON.stringify({ ...statement, businessDate: '2026-11-24' })).toString('base64url');
    expect(await openStatement(jws, forger.resolveKey)).toMatchObject({ ok: false, code: 'signature_invalid' });
    expect(await openStatement(jws, () => undefined)).toMatchObject({ ok: false, code: 'signature_invalid' });
    expect(payload).not.toBe(changed);
    const forged = `${head}.${changed}.${signature}`;
    expect(await openStatement(forged, card.resolveKey)).toMatchObject({ ok: false, code: 'signature_invalid' });
  });

  it('refuses a signed document that is not a statement', async () => {
    const jws = await signJws({ ...statement, hop: 'S99' }, card.signer, statementTyp);
    expect(await openStatement(jws, card.resolveKey)).toMatchObject({ ok: false, code: 'invalid_input' });
  });
});

describe('payment advice', () => {
  it('opens with the key of its sender', async () => {
    const jws = await signPaymentAdvice(advice, card.signer);
    expect(await openPaymentAdvice(jws, card.resolveKey)).toEqual({ ok: true, value: advice });
    expect(await openPaymentAdvice(jws, forger.resolveKey)).toMatchObject({ code: 'signature_invalid' });
  });

  it('cannot be passed off as a statement, nor a statement as an advice', async () => {
    const adviceJws = await signPaymentAdvice(advice, card.signer);
    expect(await openStatement(adviceJws, card.resolveKey)).toMatchObject({ code: 'signature_invalid' });
    const statementJws = await signStatement(statement, card.signer);
    expect(await openPaymentAdvice(statementJws, card.resolveKey)).toMatchObject({ code: 'signature_invalid' });
  });
});
