import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BusinessDate } from '../clock.ts';
import type { DeviceId, StatementId } from '../ids.ts';
import { won } from '../money.ts';
import { sha256Base64Url } from '../wire/envelope.ts';
import { makeStatement } from './make-statement.ts';
import { signStatement } from './signed-statement.ts';
import type { StatementLine } from './statement.ts';
import { makeStatementText, openStatementText } from './statement-text.ts';
import { event } from './testing/day-of-events.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const resolveKey = () => publicKey;
const { statement, lines } = makeStatement({
  statementId: '019ab0c2-0000-7000-8000-000000000001' as StatementId,
  hop: 'S15',
  sender: 'operator',
  receiver: 'm-1',
  deviceId: 'box-1' as DeviceId,
  businessDate: '2026-11-23' as BusinessDate,
  events: [event(1, 'sale', 'card', 10_000), event(2, 'sale', 'cash', 5_000)],
});
const jws = await signStatement(statement, { kid: 'operator-1', privateKey });
const [first, second] = lines as [StatementLine, StatementLine];

describe('openStatementText', () => {
  it('gives back the statement and its lines', async () => {
    expect(await openStatementText(makeStatementText(jws, lines), resolveKey)).toEqual({
      ok: true,
      value: { statement, kid: 'operator-1', sha256: sha256Base64Url(jws), lines },
    });
  });

  it.each([
    ['an altered line', [{ ...first, payableWon: won(first.payableWon - 1) }, second]],
    ['a missing line', [first]],
    ['a line too many', [first, second, second]],
    ['another order', [second, first]],
    ['no lines', []],
  ])('refuses %s', async (_name, other) => {
    const text = makeStatementText(jws, other);
    expect(await openStatementText(text, resolveKey)).toMatchObject({ ok: false, code: 'signature_invalid' });
  });

  it.each(['{"kind":"sale"}', 'not JSON'])('refuses a line that is none: %s', async (line) => {
    const text = `${makeStatementText(jws, lines)}${line}\n`;
    expect(await openStatementText(text, resolveKey)).toMatchObject({ ok: false, code: 'invalid_input' });
  });

  it('refuses what another key signed', async () => {
    const other = generateKeyPairSync('ed25519').publicKey;
    const opened = await openStatementText(makeStatementText(jws, lines), () => other);
    expect(opened).toMatchObject({ ok: false, code: 'signature_invalid' });
  });
});
