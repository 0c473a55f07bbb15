import type { PlantedFault } from './planted-fault.ts';

/** Faults in operator, PG and card company. */
export const cloudFaults: readonly PlantedFault[] = [
  {
    name: 'operator replies before it commits',
    file: 'cloud/src/roles/operator/payments/authorise.ts',
    before: '  const isDone = await ctx.store.approve(',
    after: "  ctx.post.send(deviceId, 'payment', resultJws);\n  const isDone = await ctx.store.approve(",
    why: '§8.7: a crash in between loses what the box was told',
  },
  {
    name: 'operator leaves no tombstone',
    file: 'cloud/src/roles/operator/payments/take-reversal.ts',
    before: '  const isAdded = await ctx.store.addUncharged(tombstone, businessDateAt(nowMs), nowMs);\n',
    after: '  const isAdded = tombstone !== undefined;\n',
    why: '§3: the late request is then approved after its reversal was acknowledged',
  },
  {
    name: 'PG leaves no tombstone',
    file: 'cloud/src/roles/pg/reverse.ts',
    before: '      if (await store.addPayment(tombstone, nothing, atMs)) return tombstone;\n',
    after: '      if (tombstone !== undefined) return tombstone;\n',
    why: '§3 on the hop from operator to PG',
  },
  {
    name: 'card company leaves no tombstone',
    file: 'cloud/src/roles/card/authorise.ts',
    before:
      '      if (await store.addPayment(makeCardTombstone(paymentId), nothing, nowMs)) return accept(undefined);\n',
    after: '      if (paymentId !== undefined) return accept(undefined);\n',
    why: '§3 on the hop from PG to card company',
  },
  {
    name: 'operator takes silence for a decline',
    file: 'cloud/src/core/verify/payment-machine.ts',
    before: "  if (word === 'unknown' || !word.ok) return { do: 'reverse' };\n",
    after: "  if (word === 'unknown' || !word.ok) return { do: 'decline', code: 'upstream_unavailable' };\n",
    why: '§3: unknown outcomes are resolved, never guessed',
  },
  {
    name: 'PG takes silence for a decline',
    file: 'cloud/src/roles/pg/ask-card.ts',
    before: "  if (answer?.ok !== true) return { kind: 'undo', code: 'upstream_unavailable' };\n",
    after: "  if (answer?.ok !== true) return { kind: 'card-declined', code: 'upstream_unavailable' };\n",
    why: '§3 on the hop from PG to card company',
  },
  {
    name: 'PG acknowledges a reversal the card company has not',
    file: 'cloud/src/roles/pg/reverse.ts',
    before: "  if (payment.state === 'reversed') return accept(undefined);\n",
    after: "  if (payment.state === 'reversed' || payment.state === 'reversing') return accept(undefined);\n",
    why: '§8.2: an acknowledged reversal leaves no charge',
  },
  {
    name: 'PG does not repeat a reversal at the card company',
    file: 'cloud/src/roles/pg/settle-payment.ts',
    before: '  const answer = await ctx.card.reverse({ paymentId, businessDate });\n',
    after:
      '  const answer = await ctx.card.reverse({ paymentId, businessDate }).catch(() => ({ ok: true as const, value: { evidenceJws: null } }));\n',
    why: '§3: repeated until acknowledged, on each hop',
  },
  {
    name: 'PG takes an approval of the card company after the reversal',
    file: 'cloud/src/core/approve/pg-payment.ts',
    before: "    case 'reversed':\n      return undefined;\n  }\n}\n\nfunction stepAuthorising",
    after: "    case 'reversed':\n      return stepAuthorising(payment, input);\n  }\n}\n\nfunction stepAuthorising",
    why: '§3: after an acknowledged reversal the payment never happened',
  },
  {
    name: 'card company approves a stale request',
    file: 'cloud/src/core/approve/card-payment.ts',
    before: "  if (body.expiresAtMs <= nowMs) return 'message_stale';\n",
    after: '',
    why: '§3: a stale request is never approved',
  },
  {
    name: 'operator takes another body under the same id',
    file: 'cloud/src/core/verify/payment-machine.ts',
    before:
      "  if (payment.deviceId !== deviceId || !isSameMessage(payment.requestJws, requestJws)) {\n    return reject('payment_id_conflict', 'another request has this payment id');\n  }\n",
    after: '',
    why: '§3: the same id with a different body is an error, not an answer',
  },
  {
    name: 'operator does not tell what two statements will say of a reversal',
    file: 'cloud/src/roles/operator/payments/reverse.ts',
    before: "    ? { kind: 'reversed', ...tellStated(undone) }\n",
    after: "    ? { kind: 'reversed' }\n",
    why: '§2 S15: the terminal checks the statement against its own journal, and must know what it will find there',
  },
  {
    name: 'operator accepts a payment without taking a use',
    file: 'cloud/src/drivers/sql/operator/payment-store.ts',
    before:
      '      const isTaken = basis.couponId !== null && (await consumeEntitlement(trx, basis.couponId, terms));\n',
    after: '      const isTaken = basis.couponId !== null;\n',
    why: '§8.3: an entitlement is consumed in the commit that accepts the payment',
  },
  {
    name: 'operator reverses without giving the use back',
    file: 'cloud/src/drivers/sql/operator/reversal-store.ts',
    before: '        await restoreEntitlement(trx, paymentId);\n',
    after: '',
    why: '§3: after an acknowledged reversal the payment never happened',
  },
  {
    name: 'operator lets any box cancel',
    file: 'cloud/src/core/verify/payment-machine.ts',
    before: "  if (payment.deviceId !== deviceId || payment.merchantId !== merchantId) return 'device_mismatch';\n",
    after: "  if (deviceId === undefined || merchantId === undefined) return 'device_mismatch';\n",
    why: '§8.8: a box acts only as itself',
  },
  {
    name: 'operator lets any box ask after a payment',
    file: 'cloud/src/core/verify/payment-machine.ts',
    before:
      "  if (payment.deviceId !== inquiry.deviceId) return reject('device_mismatch', 'a payment of another box');\n",
    after: '',
    why: '§8.8: a box acts only as itself',
  },
  {
    name: 'PG forgets a changed schedule that nobody answered',
    file: 'cloud/src/roles/pg/schedule/deliver-change.ts',
    before: '    if (!ctx.scheduleChanges.has(changeId)) void deliverChange(ctx, changeId);\n',
    after: '    if (ctx.scheduleChanges.size() < 0) void deliverChange(ctx, changeId);\n',
    why: '§3: unknown outcomes are resolved; the customer waits for an answer, and no other change goes through',
  },
  {
    name: 'PG writes the card number to its log',
    file: 'cloud/src/roles/pg/approve.ts',
    before: '  const order = orderOf(payment);\n  const answer',
    after:
      "  const order = orderOf(payment);\n  ctx.log.warn({ card: card.number }, 'asking the card company');\n  const answer",
    why: '§8.5: no card number in clear in any log',
  },
  {
    name: 'a date closes while its payments are under way',
    file: 'cloud/src/drivers/sql/ledger/closed-dates.ts',
    before: '      if (open > 0) return',
    after: '      if (open < 0) return',
    why: '§7: a statement is a pure function of the books over a business date',
  },
  {
    name: 'a company approves a statement without recomputing it',
    file: 'cloud/src/roles/settle/statement-inbox.ts',
    before: '    const faults = await findFaults(store, deps.sender, statement);\n',
    after: '    const faults: Awaited<ReturnType<typeof findFaults>> = [];\n',
    why: '§2 S13, S14: each receiver recomputes the statement from its own records',
  },
  {
    name: 'a reversal is booked with the wrong sign',
    file: 'cloud/src/core/settle/ledger.ts',
    before: "  const postings = event.kind === 'sale' ? sale",
    after: "  const postings = event.kind !== 'cancel' ? sale",
    why: '§7: books agree between the companies, to the last won',
  },
  {
    name: 'an entry of the ledger is not chained to the one before it',
    file: 'cloud/src/drivers/sql/ledger/append-entry.ts',
    before: '  const { hash: previousHash } = await readChainHead(transaction);\n',
    after: "  const { hash: previousHash } = { ...(await readChainHead(transaction)), hash: '' };\n",
    why: '§7: books are append-only, and show it',
  },
  {
    name: 'a date closes without its seal',
    file: 'cloud/src/roles/settle/settlement.ts',
    before: '      if (!closed.ok) return closed;\n      await sealClosedDays({ ...deps, clock });\n',
    after: '      if (!closed.ok) return closed;\n',
    why: '§7: a closed date can be changed unseen until the company starts again',
  },
];
