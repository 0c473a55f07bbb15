import { type Won, won } from '@scanpay/shared/money.ts';
import type { TakenUse, UseTally } from '../../ports/use-tally.ts';
import type { SaleTrust } from './audit-discount.ts';
import { type EvidenceFinding, eventKey } from './finding.ts';
import type { OpenedFile, Word } from './open-file.ts';

/**
 * Notes which use of a coupon a payment took, and where it was given back: by a reversal, or by cancels of the whole charge
 * (DESIGN §3). A sale that lacks its coupon's signed terms is found elsewhere, and counts for nothing here. Cash that a second
 * shop took offline by a coupon used up meanwhile is declined as it comes in, and so is no sale.
 */
export async function noteUse(
  { file, words, entries }: OpenedFile,
  trust: Pick<SaleTrust, 'openSold'>,
  tally: UseTally,
): Promise<void> {
  const sale = words.get(saleKey);
  const couponId = sale?.said.sale?.couponId ?? null;
  const offerId = sale?.said.sale?.offerId ?? null;
  const soldJws = file.record?.box?.soldJws ?? null;
  if (sale === undefined || couponId === null || offerId === null || soldJws === null) return;
  const sold = await trust.openSold(soldJws);
  if (!sold.ok || sold.value.couponId !== couponId) return;
  const { merchantId, split } = sale.said;
  const held = sold.value.entitlements.find((each) => each.offerId === offerId && each.merchantId === merchantId);
  if (held === undefined) return;
  const seqOf = (key: string, { kept }: Word): number | null => entries.get(key)?.seq ?? kept?.seq ?? null;
  tally.add({
    ...{ couponId, offerId, paymentId: file.paymentId, soldUses: held.uses },
    takenSeq: seqOf(saleKey, sale),
    returnedSeq: findReturn(words, split.chargedWon, seqOf),
  });
}

const saleKey = eventKey({ kind: 'sale', cancelId: null });

function findReturn(
  words: OpenedFile['words'],
  chargedWon: Won,
  seqOf: (key: string, word: Word) => number | null,
): number | null {
  let refundedWon: Won = won(0);
  let lastSeq: number | null = null;
  for (const [key, word] of words) {
    const { kind, split } = word.said;
    if (kind === 'sale') continue;
    const seq = seqOf(key, word);
    if (kind === 'reversal') return seq;
    refundedWon = won(refundedWon + split.chargedWon);
    if (seq !== null && seq > (lastSeq ?? 0)) lastSeq = seq;
  }
  return refundedWon > 0 && refundedWon >= chargedWon ? lastSeq : null;
}

/**
 * Holds how often each entitlement was used against what was sold with it (DESIGN §8.3). The operator takes a use before it
 * books the sale, and has it back in the commit that books the return, so that in the order of its book never more uses are
 * out than were sold, whatever the clocks said. A payment that goes beyond is told, and not counted against those after it.
 */
export function countUses(tally: UseTally, report: (finding: EvidenceFinding) => void): void {
  let held: TakenUse[] = [];
  for (const use of tally.inOrder()) {
    const { couponId, offerId, paymentId, soldUses, takenSeq } = use;
    const [before] = held;
    const isSame = before?.couponId === couponId && before.offerId === offerId;
    // What was given back before this sale was booked is free again.
    held = isSame ? held.filter((each) => !isBackBefore(each, takenSeq)) : [];
    if (held.length < soldUses) {
      held.push(use);
      continue;
    }
    const at = { company: 'operator', paymentId, kind: 'sale', cancelId: null, seq: takenSeq } as const;
    const expected = `${soldUses} uses of ${offerId} by coupon ${couponId}, taken by ${nameUses(held)}`;
    report({ ...at, reason: 'used-too-often', expected, found: `use ${held.length + 1}` });
  }
}

const isBackBefore = ({ returnedSeq }: TakenUse, takenSeq: number | null): boolean =>
  returnedSeq !== null && (takenSeq === null || returnedSeq < takenSeq);

const mostNamed = 3;

function nameUses(held: readonly TakenUse[]): string {
  const named = held.slice(-mostNamed).map(({ paymentId }) => paymentId);
  return held.length > mostNamed ? `…, ${named.join(', ')}` : named.join(', ');
}
