import { accept, type Result } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import {
  agreedLine,
  findFault,
  type LineAct,
  type LineName,
  openLineAct,
} from '@scanpay/shared/settlement/line-act.ts';
import { SettlementAcceptSchema } from '@scanpay/shared/settlement/line-messages.ts';
import { openPaymentAdvice } from '@scanpay/shared/settlement/signed-statement.ts';
import { lineKey, type StatementFault } from '@scanpay/shared/settlement/statement.ts';
import { openAnswer, type SignedAnswer } from '@scanpay/shared/settlement/statement-answer.ts';
import { wholeFault } from '@scanpay/shared/settlement/statement-faults.ts';
import { SettlementAnswerSchema } from '@scanpay/shared/settlement/statement-messages.ts';
import { messageTyp, verifyJws } from '@scanpay/shared/wire/envelope.ts';
import type { SettledLineRecord, StoredStatement } from '../../ports/settlement-store.ts';
import { canonicalJson } from '../approve/canonical-json.ts';
import { type DatedKeys, holdToTime } from './dated-keys.ts';
import { digestFaults } from './statement-answer.ts';
import type { StatementTrust } from './statement-trust.ts';

/** What was said of a statement after it was sent, and does not bear out what was made of it. */
export interface WordFault {
  reason:
    | 'answer-missing'
    | 'answer-forged'
    /** It is the answer to another statement. */
    | 'answer-of-another'
    /** It approves what stands as disputed, or the other way round, or finds other lines at fault. */
    | 'answer-differs'
    | 'act-forged'
    /** It is an act on another line or statement, of another side, or with another outcome. */
    | 'act-differs'
    | 'advice-missing'
    | 'advice-forged'
    | 'advice-differs';
  /** The disputed line it is about. */
  line?: LineName;
  expected: string | null;
  found: string | null;
}

const parseBoxAnswer = createParser(SettlementAnswerSchema);
const parseAccept = createParser(SettlementAcceptSchema);

/** All that both sides have said of a statement, against how it stands; undefined: it stands as they said. */
export async function findWordFault(stored: StoredStatement, trust: StatementTrust): Promise<WordFault | undefined> {
  return (
    (await findAnswerFault(stored, trust)) ??
    (await findActFault(stored, trust)) ??
    (await findAdviceFault(stored, trust))
  );
}

/** What either kind of answer says. */
type Answered = Pick<SignedAnswer, 'statementId' | 'statementSha256' | 'by' | 'answer' | 'faultsSha256'>;

/** What its receiver must have answered to a statement that stands so; null: nothing yet. */
const answersOf = {
  presented: null,
  approved: 'approved',
  paid: 'approved',
  disputed: 'disputed',
  'part-paid': 'disputed',
} as const;

async function findAnswerFault(stored: StoredStatement, trust: StatementTrust): Promise<WordFault | undefined> {
  const { state, answerJws, receiver, statementId, sha256 } = stored;
  const stands = answersOf[state];
  if (answerJws === null) {
    if (stands === null) return undefined;
    return { reason: 'answer-missing', expected: `${stands}, signed by ${receiver}`, found: null };
  }
  const opened = await openAnyAnswer(stored, answerJws, trust);
  if (!opened.ok) return { reason: 'answer-forged', expected: `signed by ${receiver}`, found: opened.detail };
  const said = opened.value;
  if (said.statementId !== statementId || said.statementSha256 !== sha256 || said.by !== receiver) {
    const found = `the answer of ${said.by} to ${said.statementId}`;
    return { reason: 'answer-of-another', expected: `the answer of ${receiver} to ${statementId}`, found };
  }
  if (said.answer !== stands) return { reason: 'answer-differs', expected: said.answer, found: state };
  // A sender takes faults with lines it never stated for a dispute of the whole: nothing is paid then.
  const isWhole = stored.direction === 'sent' && isSame(stored.faults, [wholeFault]);
  if (said.faultsSha256 === digestFaults(stored.faults) || isWhole) return undefined;
  return { reason: 'answer-differs', expected: 'the lines at fault as signed', found: describeFaults(stored.faults) };
}

const isSame = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);
const describeFaults = (faults: readonly StatementFault[]): string => `${faults.length} lines at fault`;

async function openAnyAnswer(
  stored: StoredStatement,
  answerJws: string,
  trust: StatementTrust,
): Promise<Result<Answered>> {
  const { deviceId, direction } = stored;
  if (deviceId !== null) return openBoxAnswer(stored, deviceId, answerJws, await trust.boxKeys(deviceId));
  const keys = direction === 'sent' ? trust.receiverKeys : trust.ownKeys;
  const opened = await openAnswer(answerJws, keys.resolve);
  return holdToTime(opened, answerJws, keys, ({ answeredAtMs }) => [answeredAtMs]);
}

async function openBoxAnswer(
  { receiver }: StoredStatement,
  deviceId: DeviceId,
  answerJws: string,
  keys: DatedKeys,
): Promise<Result<Answered>> {
  const verified = await verifyJws(answerJws, keys.resolve, messageTyp);
  if (!verified.ok) return verified;
  const message = holdToTime(parseBoxAnswer(verified.value.payload), answerJws, keys, ({ sentAtMs }) => [sentAtMs]);
  if (!message.ok) return message;
  const { statementId, statementSha256, answer, faults } = message.value;
  // Disputed without a line that differs: nothing of it is agreed on.
  const meant = answer === 'disputed' && faults.length === 0 ? [wholeFault] : faults;
  const by = message.value.deviceId === deviceId ? receiver : message.value.deviceId;
  return accept({ statementId, statementSha256, by, answer, faultsSha256: digestFaults(meant) });
}

async function findActFault(stored: StoredStatement, trust: StatementTrust): Promise<WordFault | undefined> {
  for (const record of stored.settledLines) {
    const { line, by, outcome } = record;
    const opened = await openAct(stored, record, trust);
    const expected = `${outcome} by ${by}`;
    if (!opened.ok) return { reason: 'act-forged', line, expected, found: opened.detail };
    if (isActOn(stored, record, opened.value)) continue;
    const { statementId, outcome: said, by: sayer, line: named } = opened.value;
    return { reason: 'act-differs', line, expected, found: `${said} by ${sayer}: ${lineKey(named)} of ${statementId}` };
  }
  return undefined;
}

type Act = Pick<LineAct, 'statementId' | 'statementSha256' | 'line' | 'outcome' | 'by'> & Partial<LineAct>;

async function openAct(
  stored: StoredStatement,
  { by, actJws }: SettledLineRecord,
  trust: StatementTrust,
): Promise<Result<Act>> {
  const { deviceId, direction, sender, receiver } = stored;
  if (deviceId !== null && by === receiver) return openAccept(stored, deviceId, actJws, await trust.boxKeys(deviceId));
  const isOwn = by === (direction === 'sent' ? sender : receiver);
  const others = direction === 'sent' ? trust.receiverKeys : trust.senderKeys;
  const keys = isOwn ? trust.ownKeys : others;
  return holdToTime(await openLineAct(actJws, keys.resolve), actJws, keys, ({ actedAtMs }) => [actedAtMs]);
}

async function openAccept(
  { receiver }: StoredStatement,
  deviceId: DeviceId,
  actJws: string,
  keys: DatedKeys,
): Promise<Result<Act>> {
  const verified = await verifyJws(actJws, keys.resolve, messageTyp);
  if (!verified.ok) return verified;
  const message = holdToTime(parseAccept(verified.value.payload), actJws, keys, ({ sentAtMs }) => [sentAtMs]);
  if (!message.ok) return message;
  const { statementId, statementSha256, line } = message.value;
  const by = message.value.deviceId === deviceId ? receiver : message.value.deviceId;
  return accept({ statementId, statementSha256, line, outcome: 'accepted', by });
}

/** Who gives way takes the other's line: the receiver accepts, the sender corrects; of a line that is at fault. */
function isActOn(stored: StoredStatement, record: SettledLineRecord, act: Act): boolean {
  const fault = findFault(stored.faults, record.line);
  if (fault === undefined) return false;
  const agreed = agreedLine(fault, act.outcome);
  return (
    act.statementId === stored.statementId &&
    act.statementSha256 === stored.sha256 &&
    act.by === (act.outcome === 'accepted' ? stored.receiver : stored.sender) &&
    act.by === record.by &&
    act.outcome === record.outcome &&
    lineKey(act.line) === lineKey(record.line) &&
    isSame(record.agreed, agreed) &&
    (act.agreed === undefined || isSame(act.agreed, agreed))
  );
}

/** A receiver books money on its sender's word alone. */
async function findAdviceFault(stored: StoredStatement, trust: StatementTrust): Promise<WordFault | undefined> {
  const { direction, state, sender, statementId, sha256, paidWon, adviceJws } = stored;
  const isPaid = state === 'paid' || state === 'part-paid';
  if (direction === 'sent' || (!isPaid && adviceJws === null)) return undefined;
  const expected = isPaid ? `${paidWon} won paid, signed by ${sender}` : null;
  if (adviceJws === null) return { reason: 'advice-missing', expected, found: null };
  const opened = await openPaymentAdvice(adviceJws, trust.senderKeys.resolve);
  const advice = holdToTime(opened, adviceJws, trust.senderKeys, ({ paidAtMs }) => [paidAtMs]);
  if (!advice.ok) return { reason: 'advice-forged', expected, found: advice.detail };
  const said = advice.value;
  const isSaid =
    isPaid && said.statementId === statementId && said.statementSha256 === sha256 && said.payableWon === paidWon;
  if (isSaid) return undefined;
  const signed = `${said.payableWon} won paid for ${said.statementId}, signed by ${sender}`;
  return { reason: 'advice-differs', expected: signed, found: `${state}, ${paidWon} won for ${statementId}` };
}
