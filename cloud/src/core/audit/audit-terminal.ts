import { businessDateAt } from '@scanpay/shared/clock.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { BookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import { messageTyp, sha256Base64Url, verifyJws } from '@scanpay/shared/wire/envelope.ts';
import {
  type Approval,
  CancelResultSchema,
  PaymentCancelSchema,
  type PaymentConfirm,
  PaymentConfirmSchema,
  type PaymentRequest,
  PaymentRequestSchema,
  PaymentResultSchema,
  PaymentReversalSchema,
} from '@scanpay/shared/wire/messages.ts';
import type { ContractEntry } from '../../ports/operator-store.ts';
import type { BoxFile } from '../../ports/payment-files.ts';
import { isSameSplit } from '../settle/payment-course.ts';
import { findFeeFault, findPinnedContract, findTaxFault } from './audit-contract.ts';
import { findDiscountFault, type SaleTrust, type SignedSale, type TermsFault } from './audit-discount.ts';
import { auditPayoutDates } from './audit-payout-date.ts';
import { auditRefundTax } from './audit-refund-tax.ts';
import { type DatedKeys, holdToTime } from './dated-keys.ts';
import { describeEvent, type EvidenceFinding, eventKey, type FindingReason } from './finding.ts';
import type { OpenedFile, Word } from './open-file.ts';

/** Whose signatures at the counter are believed, and what was agreed with merchants. */
export interface TerminalTrust extends SaleTrust {
  operatorKeys: DatedKeys;
  /** Every key a box ever signed with that is vouched for. */
  boxKeys(deviceId: DeviceId): Promise<DatedKeys>;
  contractsOf(merchantId: NonNullable<BookingEvidence['merchantId']>): Promise<readonly ContractEntry[]>;
}

/** By so much the clocks of terminal and operator may differ. */
const clockToleranceMs = 10 * 60_000;

type Tell = (reason: FindingReason, expected: string | null, found: string | null) => void;

const parse = {
  request: createParser(PaymentRequestSchema),
  confirm: createParser(PaymentConfirmSchema),
  reversal: createParser(PaymentReversalSchema),
  cancel: createParser(PaymentCancelSchema),
  result: createParser(PaymentResultSchema),
  cancelResult: createParser(CancelResultSchema),
};

/**
 * The operator's bookings, held against what the terminal signed that it wants, what it was told, and the contract that
 * was pinned. What the terminal was told and is not booked is found, too.
 */
export async function auditTerminal(
  opened: OpenedFile,
  trust: TerminalTrust,
  report: (finding: EvidenceFinding) => void,
): Promise<void> {
  const { file, words, entries } = opened;
  const box = file.record?.box ?? null;
  for (const [key, word] of words) {
    const { kind, cancelId } = word.said;
    const seq = entries.get(key)?.seq ?? null;
    const subject = { company: 'operator', paymentId: file.paymentId, kind, cancelId, seq } as const;
    const tell: Tell = (reason, expected, found) => report({ ...subject, reason, expected, found });
    if (box === null) tell('request-missing', 'the request of the terminal', null);
    else await auditWord(word, box, trust, tell);
  }
  if (box !== null) await auditTold(opened, box, trust, report);
  await auditPayoutDates(opened, trust.contractsOf, report);
  await auditRefundTax(opened, trust.operatorKeys.resolve, report);
}

async function auditWord(word: Word, box: BoxFile, trust: TerminalTrust, tell: Tell): Promise<void> {
  const { said } = word;
  if (said.deviceId === null) return tell('request-differs', describeEvent(said), 'no terminal');
  const boxKeys = await trust.boxKeys(said.deviceId);
  const request = await openSigned(box.requestJws, boxKeys, parse.request);
  if (!request.ok) return tell('request-forged', `signed by ${said.deviceId}`, request.detail);
  const wanted = request.value;
  const isWanted =
    wanted.paymentId === said.paymentId &&
    wanted.deviceId === said.deviceId &&
    wanted.merchantId === said.merchantId &&
    wanted.tender === said.tender;
  if (!isWanted) return tell('request-differs', describeEvent(said), describeRequest(wanted));
  if (said.kind === 'sale') return auditSale(word, { box, boxKeys, wanted }, trust, tell);
  if (said.kind === 'reversal') return auditReversal(word, { box, boxKeys, wanted }, trust, tell);
  return auditCancel(word, { box, boxKeys }, trust, tell);
}

interface Asked {
  box: BoxFile;
  boxKeys: DatedKeys;
  wanted: PaymentRequest;
}

async function auditSale({ said, kept }: Word, { box, boxKeys, wanted }: Asked, trust: TerminalTrust, tell: Tell) {
  const confirm = box.confirmJws === null ? null : await openSigned(box.confirmJws, boxKeys, parse.confirm);
  if (confirm?.ok === false) return tell('request-forged', `confirmed by ${said.deviceId}`, confirm.detail);
  if (confirm !== null && !isConfirmationOf(confirm.value, said, box)) {
    return tell('request-differs', 'a confirmation of this request', confirm.value.paymentId);
  }
  const told = await openTold(kept?.toldJws ?? null, trust, tell);
  if (told === undefined) return;
  if (told.outcome.kind !== 'approved' || !isToldSo(said, told, told.outcome.approval)) {
    const found = told.outcome.kind === 'approved' ? describeApproval(told.outcome.approval) : told.outcome.kind;
    return tell('answer-differs', describeEvent(said), found);
  }
  const { approval } = told.outcome;
  const isPriced =
    wanted.listAmountWon === approval.listAmountWon &&
    approval.listAmountWon - approval.discountWon === said.split.chargedWon &&
    (wanted.coupon.kind !== 'barcode' || wanted.coupon.couponId === said.sale?.couponId);
  if (!isPriced) return tell('request-differs', describeEvent(said), describeRequest(wanted));
  const signed = { said, request: wanted, confirm: confirm?.value ?? null, approval, ...wordsOf(box) };
  const fault = findDateFault(signed) ?? (await findTermsFault(signed, trust));
  if (fault !== undefined) tell(fault.reason, fault.expected, fault.found);
}

const wordsOf = ({ soldJws, stayJws }: BoxFile) => ({ soldJws, stayJws });

const isConfirmationOf = (confirm: PaymentConfirm, { paymentId }: BookingEvidence, { requestJws }: BoxFile): boolean =>
  confirm.paymentId === paymentId && confirm.requestSha256 === sha256Base64Url(requestJws);

/** Nothing is booked on a date before it was asked for. */
function findDateFault({ said, request }: Pick<SignedSale, 'said' | 'request'>): TermsFault | undefined {
  const askedAtMs = request.offline?.redeemedAtMs ?? request.sentAtMs;
  const first = businessDateAt(askedAtMs - clockToleranceMs);
  if (said.businessDate >= first) return undefined;
  return { reason: 'date-differs', expected: `${first} or later`, found: said.businessDate };
}

/** Charge and shares, worked out anew from what was signed. */
async function findTermsFault(
  sale: Omit<SignedSale, 'contract'>,
  trust: TerminalTrust,
): Promise<TermsFault | undefined> {
  const { said, approval } = sale;
  const contracts = said.merchantId === null ? [] : await trust.contractsOf(said.merchantId);
  const pinned = findPinnedContract(said, approval, contracts);
  if ('fault' in pinned) return pinned.fault;
  return (
    findFeeFault(said, pinned.contract) ??
    (await findDiscountFault({ ...sale, ...pinned }, trust)) ??
    findTaxFault(said, approval, pinned.contract)
  );
}

async function auditReversal({ said, kept }: Word, { box, boxKeys, wanted }: Asked, trust: TerminalTrust, tell: Tell) {
  if (box.reversalJws === null) return tell('request-missing', `a reversal signed by ${said.deviceId}`, null);
  const asked = await openSigned(box.reversalJws, boxKeys, parse.reversal);
  if (!asked.ok) return tell('request-forged', `signed by ${said.deviceId}`, asked.detail);
  const original = await openSigned(asked.value.requestJws, boxKeys, parse.request);
  const isOfIt =
    asked.value.paymentId === said.paymentId && original.ok && original.value.messageId === wanted.messageId;
  if (!isOfIt) return tell('request-differs', 'the reversal of this very request', asked.value.paymentId);
  const told = await openTold(kept?.toldJws ?? null, trust, tell);
  if (told === undefined) return;
  const stated = told.outcome.kind === 'reversed' ? told.outcome.stated : undefined;
  const isTold =
    told.paymentId === said.paymentId &&
    told.outcome.kind === 'reversed' &&
    (stated === undefined ||
      (stated.reversalDate === said.businessDate &&
        stated.reversalPayoutDate === said.payoutDate &&
        isSameSplit(stated.split, said.split)));
  if (!isTold) tell('answer-differs', describeEvent(said), told.outcome.kind);
}

async function auditCancel(
  { said, kept }: Word,
  { box, boxKeys }: Pick<Asked, 'box' | 'boxKeys'>,
  trust: TerminalTrust,
  tell: Tell,
): Promise<void> {
  const row = box.cancels.find(({ cancelId }) => cancelId === said.cancelId);
  if (row === undefined) return tell('request-missing', `a cancel signed by ${said.deviceId}`, null);
  const asked = await openSigned(row.requestJws, boxKeys, parse.cancel);
  if (!asked.ok) return tell('request-forged', `signed by ${said.deviceId}`, asked.detail);
  const { paymentId, cancelId, merchantId, amountWon } = asked.value;
  const isWanted =
    paymentId === said.paymentId &&
    cancelId === said.cancelId &&
    merchantId === said.merchantId &&
    amountWon === said.split.chargedWon;
  if (!isWanted) return tell('request-differs', describeEvent(said), `a cancel of ${amountWon} won of ${paymentId}`);
  const toldJws = kept?.toldJws ?? null;
  if (toldJws === null) return tell('answer-missing', "the operator's answer", null);
  const told = await openSigned(toldJws, trust.operatorKeys, parse.cancelResult);
  if (!told.ok) return tell('answer-forged', 'signed by the operator', told.detail);
  const { outcome } = told.value;
  const isTold =
    told.value.cancelId === said.cancelId &&
    told.value.paymentId === said.paymentId &&
    outcome.kind === 'cancelled' &&
    outcome.businessDate === said.businessDate &&
    outcome.payoutDate === said.payoutDate &&
    outcome.cancelledAtMs === said.atMs;
  if (!isTold) tell('answer-differs', describeEvent(said), outcome.kind);
}

async function openTold(toldJws: string | null, trust: TerminalTrust, tell: Tell) {
  if (toldJws === null) return void tell('answer-missing', "the operator's answer to the terminal", null);
  const told = await openSigned(toldJws, trust.operatorKeys, parse.result);
  if (!told.ok) return void tell('answer-forged', 'signed by the operator', told.detail);
  return told.value;
}

/** The newest answers the terminal got: what they say was done must be booked. */
async function auditTold(
  { file, words, entries }: OpenedFile,
  box: BoxFile,
  { operatorKeys }: TerminalTrust,
  report: (finding: EvidenceFinding) => void,
): Promise<void> {
  const isBooked = (key: string): boolean => words.has(key) || entries.has(key);
  const subject = { company: 'operator', paymentId: file.paymentId, seq: null, found: null } as const;
  const sale = { kind: 'sale', cancelId: null } as const;
  if (!isBooked(eventKey(sale))) {
    const fault = await findUnbooked(file, box, operatorKeys);
    if (fault !== undefined) report({ ...subject, ...sale, ...fault });
  }
  for (const { cancelId, resultJws } of box.cancels) {
    if (resultJws === null || isBooked(eventKey({ kind: 'cancel', cancelId }))) continue;
    const told = await openSigned(resultJws, operatorKeys, parse.cancelResult);
    if (!told.ok) report({ ...subject, kind: 'cancel', cancelId, ...notSigned(told) });
    if (!told.ok || told.value.outcome.kind !== 'cancelled') continue;
    const expected = `a cancel of ${told.value.outcome.businessDate}`;
    report({ ...subject, kind: 'cancel', cancelId, reason: 'entry-missing', expected });
  }
}

const notSigned = ({ detail: found }: { detail: string }) =>
  ({ reason: 'answer-forged', expected: 'signed by the operator', found }) as const;

/** A request of a terminal that nothing is booked of: the terminal must have been told so. */
async function findUnbooked(
  { record }: OpenedFile['file'],
  { resultJws }: BoxFile,
  operatorKeys: DatedKeys,
): Promise<TermsFault | undefined> {
  if (resultJws === null) {
    if (record?.isUnderWay === true) return undefined;
    return { reason: 'answer-missing', expected: "the operator's answer to the terminal", found: null };
  }
  const told = await openSigned(resultJws, operatorKeys, parse.result);
  if (!told.ok) return notSigned(told);
  if (told.value.outcome.kind !== 'approved') return undefined;
  return { reason: 'entry-missing', expected: describeApproval(told.value.outcome.approval), found: null };
}

function isToldSo(said: BookingEvidence, told: { deviceId: DeviceId; paymentId: string }, approval: Approval): boolean {
  return (
    told.deviceId === said.deviceId &&
    told.paymentId === said.paymentId &&
    approval.tender === said.tender &&
    approval.businessDate === said.businessDate &&
    approval.payoutDate === said.payoutDate &&
    approval.approvedAtMs === said.atMs &&
    approval.approvalNumber === said.sale?.approvalNumber &&
    approval.offerId === said.sale.offerId &&
    approval.contractVersion === said.sale.contractVersion &&
    isSameSplit(approval.split, said.split)
  );
}

const describeApproval = ({ tender, split, businessDate, payoutDate }: Approval): string =>
  describeEvent({
    ...{ kind: 'sale', cancelId: null, merchantId: null, tender, split, businessDate },
    payoutDate: payoutDate ?? null,
  });

const describeRequest = ({ deviceId, merchantId, tender, listAmountWon }: PaymentRequest): string =>
  `${deviceId} at ${merchantId} asked for ${tender}, list price ${listAmountWon}`;

/** Codes: signature_invalid (also by a key that was not the signer's then), invalid_input. */
async function openSigned<M extends { sentAtMs: number }>(
  jws: string,
  keys: DatedKeys,
  parseMessage: (data: unknown) => Result<M>,
): Promise<Result<M>> {
  const verified = await verifyJws(jws, keys.resolve, messageTyp);
  if (!verified.ok) return verified;
  return holdToTime(parseMessage(verified.value.payload), jws, keys, ({ sentAtMs }) => [sentAtMs]);
}
