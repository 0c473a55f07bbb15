import type { PlantedFault } from './planted-fault.ts';

const withoutPayment =
  '{ ...state, payments: new Map([...state.payments].filter(([id]) => id !== payment.paymentId)) }';
const closeAs = (outcome: string): string =>
  `{ state: ${withoutPayment}, effects: [{ do: 'record', what: 'close-payment', paymentId: payment.paymentId, request: payment.request, outcome: ${outcome} }] }`;

/** Faults in the box. */
export const boxFaults: readonly PlantedFault[] = [
  {
    name: 'box sends before it records',
    file: 'device/src/box/runner.ts',
    before: '    journal.commit(changes);\n',
    after:
      "    for (const effect of step.effects) if (effect.do === 'send') await deps.send(effect);\n    journal.commit(changes);\n",
    why: '§3: written to the journal before anything is sent; a crash between leaves a charge nobody knows of',
  },
  {
    name: 'box takes unknown for declined',
    file: 'device/src/core/terminal/due.ts',
    before: '    return sendAfter(becomeUnknown(state, payment, nowMs), payment, nowMs, limits);\n',
    after: `    return ${closeAs("{ kind: 'declined', code: 'upstream_unavailable' }")};\n`,
    why: '§3: unknown is never shown as declined',
  },
  {
    name: 'box takes a sent reversal for an acknowledged one',
    file: 'device/src/core/terminal/due.ts',
    before: '  const repeated = { ...payment, ...nextRepeat(payment, nowMs, limits) };\n',
    after: `  if (payment.phase === 'reversing' && payment.sends > 0) return ${closeAs("{ kind: 'reversed' }")};\n  const repeated = { ...payment, ...nextRepeat(payment, nowMs, limits) };\n`,
    why: "§3: PUBACK proves nothing; the journal clears only on the operator's own answer",
  },
  {
    name: 'box takes an approval that comes after its reversal',
    file: 'device/src/core/terminal/outcome.ts',
    before: "  if (payment.phase === 'reversing' || outcome.kind === 'processing') return stay(state);\n",
    after: "  if (outcome.kind === 'processing') return stay(state);\n",
    why: '§3: after the reversal is recorded goods are handed over for a payment that is taken back',
  },
  {
    name: 'box forgets its open payments at a restart',
    file: 'device/src/box/box.ts',
    before: '      { payments: journal.openPayments(), cancels: journal.openCancels(), terms: journal.terms() },\n',
    after: '      { payments: [], cancels: journal.openCancels(), terms: journal.terms() },\n',
    why: '§3: a reversal is repeated across restarts and power cuts',
  },
  {
    name: 'box forgets its open cancels at a restart',
    file: 'device/src/box/box.ts',
    before: '      { payments: journal.openPayments(), cancels: journal.openCancels(), terms: journal.terms() },\n',
    after: '      { payments: journal.openPayments(), cancels: [], terms: journal.terms() },\n',
    why: '§8.7: the clerk was told that the cancel is under way',
  },
  {
    name: 'approval without its receipt in the same commit',
    file: 'device/src/box/recorder.ts',
    before: '    return [close, queueReceipt(receipt, atMs, context.journal.countWaitingReceipts()), ...asked];\n  }\n',
    after: '    return [close, ...asked];\n  }\n',
    why: '§8.6: a receipt exists for every approval',
  },
  {
    name: 'spool marks a receipt printed before it prints',
    file: 'device/src/box/spool.ts',
    before: "    journal.commit([{ op: 'set-receipt', receiptId, state: 'printing', ...changed }]);\n",
    after: "    journal.commit([{ op: 'set-receipt', receiptId, state: 'printed', ...changed }]);\n",
    why: '§8.6: a power cut while it prints loses the receipt',
  },
  {
    name: 'spool prints what broke off as if for the first time',
    file: 'device/src/box/spool.ts',
    before: "    const again = result.kind === 'fault' ? current : asReprint(current);\n",
    after: '    const again = current;\n',
    why: '§5: printed once, reprints marked',
  },
  {
    name: 'box goes on offline beyond its limit',
    file: 'device/src/core/terminal/redeem.ts',
    before: '  return waitingRedemptions(state).length >= maxCount || sumWaiting(state) >= maxTotalWon',
    after: '  return sumWaiting(state) >= maxTotalWon',
    why: '§5: cash goes on offline up to a limit',
  },
  {
    name: 'box syncs its redemptions in any order',
    file: 'device/src/core/terminal/redeem.ts',
    before: '    if (earlier.paymentId === redemption.paymentId) return true;\n',
    after: '    if (earlier.paymentId !== null) return true;\n',
    why: '§5: what was journalled offline syncs in order',
  },
  {
    name: 'box forgets at a restart that a redemption was synced',
    file: 'device/src/drivers/journal/journal-reads.ts',
    before: "'SELECT * FROM payments WHERE closed_at_ms IS NULL ORDER BY rowid'",
    after:
      "`SELECT *, 'redeemed' AS state FROM payments WHERE json_extract(request, '$.offline') IS NOT NULL UNION ALL SELECT *, state FROM payments WHERE closed_at_ms IS NULL`",
    why: '§5: what was journalled offline syncs once',
  },
  {
    name: 'box forgets its redemptions at a restart',
    file: 'device/src/box/box.ts',
    before: '      { payments: journal.openPayments(), cancels: journal.openCancels(), terms: journal.terms() },\n',
    after:
      "      { payments: journal.openPayments().filter(({ phase }) => phase !== 'redeemed'), cancels: journal.openCancels(), terms: journal.terms() },\n",
    why: '§8.7: the customer has the slip, and nobody else would ever know',
  },
  {
    name: 'box approves a statement without recomputing it',
    file: 'device/src/box/statement-judge.ts',
    before: '    const faults = findLineFaults(lines, ownLines);\n',
    after: '    const faults = findLineFaults(ownLines, ownLines);\n',
    why: '§2 S15: the terminal checks the statement against its own journal',
  },
];
