import type { StatementAnswer } from '@scanpay/shared/api/settlement.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { StatementFault } from '@scanpay/shared/settlement/statement.ts';
import { openAnswer, type SignedAnswer, signAnswer } from '@scanpay/shared/settlement/statement-answer.ts';
import { type JwsSigner, type ResolveKey, sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { StoredStatement } from '../../ports/settlement-store.ts';
import { canonicalJson } from '../approve/canonical-json.ts';

/** What an answer signs of the lines at fault. */
export const digestFaults = (faults: readonly StatementFault[]): string => sha256Base64Url(canonicalJson(faults));

/** A company's verdict on a statement it received, in words it can be held to. */
export function signVerdict(
  { statementId, sha256 }: Pick<StoredStatement, 'statementId' | 'sha256'>,
  verdict: { state: SignedAnswer['answer']; faults: readonly StatementFault[]; by: string; answeredAtMs: number },
  signer: JwsSigner,
): Promise<string> {
  const { state: answer, faults, by, answeredAtMs } = verdict;
  const named = { v: 1, statementId, statementSha256: sha256, by } as const;
  return signAnswer({ ...named, answer, faultsSha256: digestFaults(faults), answeredAtMs }, signer);
}

/**
 * The answer of the company that received the statement, before money moves on it.
 * Codes: signature_invalid, invalid_input (it is another answer than was signed, or one to another statement).
 */
export async function checkAnswer(
  { statementId, answer, faults, answerJws }: StatementAnswer,
  statement: Pick<StoredStatement, 'statementId' | 'sha256' | 'receiver'>,
  resolveKey: ResolveKey,
): Promise<Result<SignedAnswer>> {
  const opened = await openAnswer(answerJws, resolveKey);
  if (!opened.ok) return opened;
  const said = opened.value;
  const isOfIt =
    statementId === statement.statementId &&
    said.statementId === statementId &&
    said.statementSha256 === statement.sha256 &&
    said.by === statement.receiver;
  if (!isOfIt) return refuse('invalid_input', 'the answer to another statement');
  const isSame = said.answer === answer && said.faultsSha256 === digestFaults(faults);
  return isSame ? accept(said) : refuse('invalid_input', 'another answer than was signed');
}
