import { type Won, won } from '@scanpay/shared/money.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { splitRefundTax } from '@scanpay/shared/tax/tax.ts';
import { messageTyp, type ResolveKey, verifyJws } from '@scanpay/shared/wire/envelope.ts';
import { CancelResultSchema, PaymentResultSchema } from '@scanpay/shared/wire/messages.ts';
import { canonicalJson } from '../approve/canonical-json.ts';
import { type EvidenceFinding, eventKey } from './finding.ts';
import type { OpenedFile, Word } from './open-file.ts';

const parse = { result: createParser(PaymentResultSchema), cancelResult: createParser(CancelResultSchema) };

/**
 * Refunds, in the order in which they were booked, take back what the sale's slip said, part by part. Answers that cannot be
 * opened, and those of before they said anything of tax, are not looked at: the first are found elsewhere.
 */
export async function auditRefundTax(
  { file, words, entries }: OpenedFile,
  resolveKey: ResolveKey,
  report: (finding: EvidenceFinding) => void,
): Promise<void> {
  const refunds = [...words]
    .filter(([, { said }]) => said.kind === 'cancel')
    .map(([key, word]) => ({ ...word, seq: entries.get(key)?.seq ?? null }))
    .sort((a, b) => (a.seq ?? Number.POSITIVE_INFINITY) - (b.seq ?? Number.POSITIVE_INFINITY));
  if (refunds.length === 0) return;
  const tax = await readSaleTax(words.get(eventKey({ kind: 'sale', cancelId: null })), resolveKey);
  if (tax === undefined) return;
  let refundedWon: Won = won(0);
  for (const { said, kept, seq } of refunds) {
    const { kind, cancelId, split } = said;
    const expected = canonicalJson(splitRefundTax(tax, refundedWon, split.chargedWon));
    refundedWon = won(refundedWon + split.chargedWon);
    const told = await openTold(kept?.toldJws ?? null, resolveKey, parse.cancelResult);
    if (told?.outcome.kind !== 'cancelled' || told.outcome.tax === undefined) continue;
    const found = canonicalJson(told.outcome.tax);
    if (found === expected) continue;
    const subject = { company: 'operator', paymentId: file.paymentId, kind, cancelId, seq } as const;
    report({ ...subject, reason: 'tax-not-agreed', expected, found });
  }
}

async function readSaleTax(sale: Word | undefined, resolveKey: ResolveKey) {
  const told = await openTold(sale?.kept?.toldJws ?? null, resolveKey, parse.result);
  return told?.outcome.kind === 'approved' ? told.outcome.approval.tax : undefined;
}

async function openTold<M>(
  jws: string | null,
  resolveKey: ResolveKey,
  parseMessage: (data: unknown) => { ok: true; value: M } | { ok: false },
): Promise<M | undefined> {
  const verified = jws === null ? undefined : await verifyJws(jws, resolveKey, messageTyp);
  if (!verified?.ok) return undefined;
  const message = parseMessage(verified.value.payload);
  return message.ok ? message.value : undefined;
}
