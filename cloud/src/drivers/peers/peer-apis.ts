import { AuthorisationReplySchema } from '@scanpay/shared/api/card.ts';
import { PreRegistrationReplySchema } from '@scanpay/shared/api/operator.ts';
import {
  ApprovalReplySchema,
  CancellationReplySchema,
  CardDeletionReplySchema,
  ReversalReplySchema,
} from '@scanpay/shared/api/pg.ts';
import { ScheduleChangeReplySchema, ScheduleDecisionSchema } from '@scanpay/shared/api/schedule.ts';
import {
  LineActReplySchema,
  LinePageSchema,
  PaidReplySchema,
  StatementAnswerSchema,
} from '@scanpay/shared/api/settlement.ts';
import { accept, type Result } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { CardApi, OperatorApi, PgApi, StatementReceiverApi, StatementSenderApi } from '../../ports/peers.ts';
import { askPeer } from './ask-peer.ts';
import type { HttpCall, HttpRequest } from './http-call.ts';

const parseApproval = createParser(ApprovalReplySchema);
const parseAuthorisation = createParser(AuthorisationReplySchema);
const parseReversal = createParser(ReversalReplySchema);
const parseCancellation = createParser(CancellationReplySchema);
const parseCardDeletion = createParser(CardDeletionReplySchema);
const parsePreRegistration = createParser(PreRegistrationReplySchema);
const parseScheduleChange = createParser(ScheduleChangeReplySchema);
const parseScheduleDecision = createParser(ScheduleDecisionSchema);
const parseStatementAnswer = createParser(StatementAnswerSchema);
const parseLineAct = createParser(LineActReplySchema);
const parsePaid = createParser(PaidReplySchema);
const parseLinePage = createParser(LinePageSchema);

const get = (path: string): HttpRequest => ({ method: 'GET', path });
const post = (path: string, body?: unknown): HttpRequest => ({ method: 'POST', path, body });

async function without<T>(asked: Promise<Result<T>>): Promise<Result<void>> {
  const result = await asked;
  return result.ok ? accept(undefined) : result;
}

export function createPgApi(call: HttpCall): PgApi {
  return {
    approve: (body) => askPeer(call, post('/v1/approvals', body), parseApproval),
    inquire: (paymentId) => askPeer(call, get(`/v1/approvals/${paymentId}`), parseApproval),
    reverse: (body) => askPeer(call, post('/v1/reversals', body), parseReversal),
    cancel: (body) => askPeer(call, post('/v1/cancellations', body), parseCancellation),
    async deleteCard(couponId) {
      const result = await askPeer(call, post(`/v1/card-deletions/${couponId}`), parseCardDeletion);
      return result.ok ? accept(result.value.recordJws) : result;
    },
    changeSchedule: (couponId, body) =>
      askPeer(call, post(`/v1/coupons/${couponId}/schedule-changes`, body), parseScheduleChange),
  };
}

export function createCardApi(call: HttpCall): CardApi {
  return {
    authorise: (body) => askPeer(call, post('/v1/authorisations', body), parseAuthorisation),
    inquire: (paymentId) => askPeer(call, get(`/v1/authorisations/${paymentId}`), parseAuthorisation),
    reverse: (body) => askPeer(call, post('/v1/reversals', body), parseReversal),
    cancel: (body) => askPeer(call, post('/v1/cancellations', body), parseCancellation),
  };
}

export function createOperatorApi(call: HttpCall): OperatorApi {
  return {
    preRegister: (body) => askPeer(call, post('/v1/pre-registrations', body), parsePreRegistration),
    orderSchedule: (signed) => askPeer(call, post('/v1/schedule-changes', signed), parseScheduleDecision),
  };
}

const takeLineAct =
  (call: HttpCall): StatementSenderApi['takeLineAct'] =>
  (statementId, actJws) =>
    without(askPeer(call, post(`/v1/statements/${statementId}/line-acts`, { actJws }), parseLineAct));

export function createStatementReceiverApi(call: HttpCall): StatementReceiverApi {
  return {
    present: (statementJws) => askPeer(call, post('/v1/statements', { statementJws }), parseStatementAnswer),
    confirmPaid: (statementId, adviceJws) =>
      without(askPeer(call, post(`/v1/statements/${statementId}/paid`, { adviceJws }), parsePaid)),
    takeLineAct: takeLineAct(call),
  };
}

export function createStatementSenderApi(call: HttpCall): StatementSenderApi {
  return {
    readLines(statementId, after) {
      const query = after === null ? '' : `?after=${after}`;
      return askPeer(call, get(`/v1/statements/${statementId}/lines${query}`), parseLinePage);
    },
    takeLineAct: takeLineAct(call),
  };
}
