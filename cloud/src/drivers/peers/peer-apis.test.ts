import type { AuthorisationBody } from '@scanpay/shared/api/card.ts';
import type { PreRegistrationBody } from '@scanpay/shared/api/operator.ts';
import type { ApprovalBody, CancellationBody, ReversalBody } from '@scanpay/shared/api/pg.ts';
import { toErrorBody } from '@scanpay/shared/errors.ts';
import type { CouponId, PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { describe, expect, it } from 'vitest';
import type { HttpReply, HttpRequest } from './http-call.ts';
import {
  createCardApi,
  createOperatorApi,
  createPgApi,
  createStatementReceiverApi,
  createStatementSenderApi,
} from './peer-apis.ts';

const paymentId = '019ab0c0-0000-7000-8000-00000000000a' as PaymentId;
const couponId = '0123456789abcdef' as CouponId;
const statementId = '019ab0c2-0000-7000-8000-000000000001' as StatementId;
const approvalBody = { paymentId } as ApprovalBody;
const authorisationBody = { paymentId } as AuthorisationBody;
const reversalBody = { paymentId } as ReversalBody;
const cancelBody = { paymentId } as CancellationBody;
const registrationBody = { couponId } as PreRegistrationBody;

const evidenceJws = 'a.b.c';
const cancelled = { outcome: 'cancelled', cancelledAtMs: 5, evidenceJws };
const approved = { outcome: 'approved', approvalNumber: '12345678', approvedAtMs: 5, cardLast4: '1111', evidenceJws };
const authorised = { ...approved, cardFeeWon: 221 };
const answer = { statementId, answer: 'approved', faults: [], answerJws: 'a.b.c' };

/** A peer that gives one reply, and remembers what it was asked. */
function answering(status: number, body: unknown) {
  const asked: HttpRequest[] = [];
  const call = async (request: HttpRequest): Promise<HttpReply> => {
    asked.push(request);
    return { status, body };
  };
  const apis = {
    pg: createPgApi(call),
    card: createCardApi(call),
    operator: createOperatorApi(call),
    receiver: createStatementReceiverApi(call),
    sender: createStatementSenderApi(call),
  };
  return { asked, ...apis };
}
type Peer = ReturnType<typeof answering>;

const calls: [string, (peer: Peer) => Promise<unknown>, HttpRequest, unknown, unknown][] = [
  ['pg.approve', ({ pg }) => pg.approve(approvalBody), post('/v1/approvals', approvalBody), approved, approved],
  ['pg.inquire', ({ pg }) => pg.inquire(paymentId), get(`/v1/approvals/${paymentId}`), approved, approved],
  [
    'pg.reverse',
    ({ pg }) => pg.reverse(reversalBody),
    post('/v1/reversals', reversalBody),
    { outcome: 'reversed', evidenceJws },
    { outcome: 'reversed', evidenceJws },
  ],
  ['pg.cancel', ({ pg }) => pg.cancel(cancelBody), post('/v1/cancellations', cancelBody), cancelled, cancelled],
  [
    'pg.deleteCard',
    ({ pg }) => pg.deleteCard(couponId),
    post(`/v1/card-deletions/${couponId}`, undefined),
    { recordJws: 'a.b.c' },
    'a.b.c',
  ],
  [
    'card.authorise',
    ({ card }) => card.authorise(authorisationBody),
    post('/v1/authorisations', authorisationBody),
    authorised,
    authorised,
  ],
  [
    'card.inquire',
    ({ card }) => card.inquire(paymentId),
    get(`/v1/authorisations/${paymentId}`),
    authorised,
    authorised,
  ],
  [
    'card.reverse',
    ({ card }) => card.reverse(reversalBody),
    post('/v1/reversals', reversalBody),
    { outcome: 'reversed', evidenceJws },
    { outcome: 'reversed', evidenceJws },
  ],
  ['card.cancel', ({ card }) => card.cancel(cancelBody), post('/v1/cancellations', cancelBody), cancelled, cancelled],
  [
    'operator.preRegister',
    ({ operator }) => operator.preRegister(registrationBody),
    post('/v1/pre-registrations', registrationBody),
    { couponId, state: 'sent' },
    { couponId, state: 'sent' },
  ],
  [
    'receiver.present',
    ({ receiver }) => receiver.present('a.b.c'),
    post('/v1/statements', { statementJws: 'a.b.c' }),
    answer,
    answer,
  ],
  [
    'receiver.confirmPaid',
    ({ receiver }) => receiver.confirmPaid(statementId, 'd.e.f'),
    post(`/v1/statements/${statementId}/paid`, { adviceJws: 'd.e.f' }),
    { statementId, paid: true },
    undefined,
  ],
  [
    'sender.readLines',
    ({ sender }) => sender.readLines(statementId, null),
    get(`/v1/statements/${statementId}/lines`),
    { lines: [], next: paymentId },
    { lines: [], next: paymentId },
  ],
  [
    'sender.readLines, the next page',
    ({ sender }) => sender.readLines(statementId, paymentId),
    get(`/v1/statements/${statementId}/lines?after=${paymentId}`),
    { lines: [], next: null },
    { lines: [], next: null },
  ],
];

function get(path: string): HttpRequest {
  return { method: 'GET', path };
}
function post(path: string, body: unknown): HttpRequest {
  return { method: 'POST', path, body };
}

describe.each(calls)('%s', (_name, ask, request, reply, value) => {
  it('asks as agreed and takes the answer', async () => {
    const peer = answering(200, reply);
    expect(await ask(peer)).toEqual({ ok: true, value });
    expect(peer.asked).toEqual([request]);
  });

  it('passes a refusal on with its code', async () => {
    const peer = answering(409, toErrorBody('payment_id_conflict', '/body'));
    expect(await ask(peer)).toEqual({ ok: false, code: 'payment_id_conflict', detail: '/body' });
  });

  it.each([
    ['an internal error', 500, toErrorBody('internal')],
    ['an answer that says it does not know', 503, toErrorBody('upstream_unavailable')],
    ['a refusal in other words', 404, { message: 'Route not found', statusCode: 404 }],
    ['an answer of another shape', 200, { outcome: 'perhaps' }],
    ['an answer with a member too many', 200, { ...(reply as object), extra: 1 }],
    ['no object', 200, null],
  ])('does not know the outcome after %s', async (_what, status, body) => {
    await expect(ask(answering(status, body))).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });
});
