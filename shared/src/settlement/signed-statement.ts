import Type, { type Static } from 'typebox';
import { accept, type Result, refuse } from '../errors.ts';
import {
  createParser,
  EpochMsSchema,
  Sha256Schema,
  SignedWonSchema,
  StatementIdSchema,
  strictObject,
} from '../schema.ts';
import { type JwsSigner, type ResolveKey, sha256Base64Url, signJws, verifyJws } from '../wire/envelope.ts';
import { type Statement, StatementSchema } from './statement.ts';

/** The `typ` of a signed statement (S13–S15): it cannot pass as any other document. */
export const statementTyp = 'scanpay-statement+json';
/** The `typ` of a signed payment advice. */
const paymentAdviceTyp = 'scanpay-payment-advice+json';

/**
 * The sender's word that a statement is paid, or what is agreed of a disputed one; signed, for the receiver books money
 * on it.
 */
export const PaymentAdviceSchema = strictObject({
  v: Type.Literal(1),
  statementId: StatementIdSchema,
  /** SHA-256 of the statement's JWS, base64url. */
  statementSha256: Sha256Schema,
  /** What was paid; negative: the receiver of the statement paid. */
  payableWon: SignedWonSchema,
  paidAtMs: EpochMsSchema,
});
export type PaymentAdvice = Static<typeof PaymentAdviceSchema>;

/** A statement whose signature and schema hold. */
export interface OpenedStatement {
  statement: Statement;
  /** The key that signed. */
  kid: string;
  /** SHA-256 of the JWS, base64url: what answers and advices name. */
  sha256: string;
}

const parseStatement = createParser(StatementSchema);
const parseAdvice = createParser(PaymentAdviceSchema);

export const signStatement = (statement: Statement, signer: JwsSigner): Promise<string> =>
  signJws(statement, signer, statementTyp);

export const signPaymentAdvice = (advice: PaymentAdvice, signer: JwsSigner): Promise<string> =>
  signJws(advice, signer, paymentAdviceTyp);

/** Codes: signature_invalid, invalid_input. `resolveKey` must know only the keys of the sender one expects. */
export async function openStatement(jws: string, resolveKey: ResolveKey): Promise<Result<OpenedStatement>> {
  const verified = await verifyJws(jws, resolveKey, statementTyp);
  if (!verified.ok) return verified;
  const parsed = parseStatement(verified.value.payload);
  if (!parsed.ok) return parsed;
  return accept({ statement: parsed.value, kid: verified.value.kid, sha256: sha256Base64Url(jws) });
}

/** Codes: signature_invalid, invalid_input. */
export async function openPaymentAdvice(jws: string, resolveKey: ResolveKey): Promise<Result<PaymentAdvice>> {
  const verified = await verifyJws(jws, resolveKey, paymentAdviceTyp);
  return verified.ok ? parseAdvice(verified.value.payload) : verified;
}

/** Reads a statement out of a JWS that was verified when it was stored. Code: internal. */
export function readStoredStatement(jws: string): Result<Statement> {
  const payload = jws.split('.', 2)[1] ?? '';
  const parsed = parseStatement(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  return parsed.ok ? parsed : refuse('internal', `stored statement: ${parsed.detail}`);
}
