import { isDeepStrictEqual } from 'node:util';
import { businessDateAt, type Clock } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId, StatementId } from '@scanpay/shared/ids.ts';
import {
  agreedLine,
  findFault,
  type LineAct,
  type LineName,
  openLineAct,
  signLineAct,
} from '@scanpay/shared/settlement/line-act.ts';
import type { SettlementAccept } from '@scanpay/shared/settlement/line-messages.ts';
import { lineKey, type StatementFault } from '@scanpay/shared/settlement/statement.ts';
import { maxFaults } from '@scanpay/shared/settlement/statement-faults.ts';
import type { JwsSigner, ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { makeLinePayout } from '../../core/settle/line-payout.ts';
import type { Company } from '../../ports/ledger.ts';
import type { Log } from '../../ports/log.ts';
import type { StatementReceiverApi, StatementSenderApi } from '../../ports/peers.ts';
import type { SettledLineRecord, SettlementStore, StoredStatement } from '../../ports/settlement-store.ts';
import type { SerialRetrier } from './serial-retrier.ts';
import type { MerchantLink } from './settlement-deps.ts';

/**
 * Disputed lines, settled later. Either side may give way: the receiver accepts the sender's line, the sender corrects or
 * withdraws it. Each act is signed and kept by both; whoever gives way books the difference, both clear what the line left
 * open, and the agreed amount moves: between companies at once, to a merchant with its next payout. Where both give way at
 * the same time the sender's word counts.
 */
export interface LineDesk {
  /**
   * One's own staff gives way. Codes: not_found, payment_state (not disputed, or settled otherwise), statement_mismatch (wrong
   * as a whole: no single line can be settled).
   */
  settle(statementId: StatementId, line: LineName, note: string): Promise<Result<void>>;
  /** The other company gives way. Codes: signature_invalid, invalid_input, and those of `settle`. */
  takeAct(statementId: StatementId, actJws: string): Promise<Result<void>>;
  /** S15: a merchant gives way, signed by its box. Codes: those of `settle`. */
  takeAccept(from: MerchantAccept): Promise<Result<void>>;
  /** S15: tells a box what became of the disputed lines of its statements. */
  tellBox(deviceId: DeviceId, statementIds: readonly StatementId[]): Promise<void>;
  /** Carries over what a restart interrupted. */
  resume(): Promise<void>;
}

export interface MerchantAccept {
  deviceId: DeviceId;
  merchantId: MerchantId;
  accept: Pick<SettlementAccept, 'statementId' | 'statementSha256' | 'line'>;
  /** As the box signed it (compact JWS): evidence. */
  acceptJws: string;
}

export interface LineDeskDeps {
  company: Company;
  store: SettlementStore;
  /** Null: nobody sends to this company. */
  sender: StatementSenderApi | null;
  /** Null: merchants receive from it. */
  receiver: StatementReceiverApi | null;
  merchants: MerchantLink | null;
  resolveSenderKey: ResolveKey;
  resolveReceiverKey: ResolveKey;
  signer: JwsSigner;
  retrier: SerialRetrier;
  clock: Clock;
  log: Log;
}

export function createLineDesk(deps: LineDeskDeps): LineDesk {
  const { store, signer, clock, log } = deps;

  const { book, carry } = createLineCarrier(deps);
  const tellBox: LineDesk['tellBox'] = async (deviceId, statementIds) => {
    for (const statementId of new Set(statementIds)) {
      const stored = await store.findStatement(statementId);
      if (stored?.direction !== 'sent' || stored.deviceId !== deviceId) continue;
      const lines = stored.settledLines.map(({ actJws: _jws, ...line }) => line);
      await deps.merchants?.tellLines(deviceId, { statementId, lines });
    }
  };
  return {
    tellBox,
    async settle(statementId, line, note) {
      const stored = await store.findStatement(statementId);
      const found = findOpenFault(stored, line);
      if (stored === undefined || !found.ok) return found.ok ? refuse('not_found') : found;
      const fault = found.value;
      const outcome = stored.direction === 'sent' ? 'corrected' : 'accepted';
      const known = findSettled(stored, line);
      if (known !== undefined) return known.outcome === outcome ? accept(undefined) : refuse('payment_state');
      const act: LineAct = {
        v: 1,
        statementId,
        statementSha256: stored.sha256,
        line,
        outcome,
        by: deps.company,
        agreed: agreedLine(fault, outcome),
        note,
        actedAtMs: clock.nowMs(),
      };
      const record = toRecord(act, await signLineAct(act, signer));
      if (stored.deviceId !== null) {
        await book(stored, fault, record);
        // A box that is away asks when it is back.
        await tellBox(stored.deviceId, [statementId]).catch((err: unknown) =>
          log.info({ err }, 'the box was not told'),
        );
        return accept(undefined);
      }
      if (!(await store.proposeLine(statementId, record))) return refuse('payment_state');
      carry(statementId);
      return accept(undefined);
    },
    takeAct: (statementId, actJws) => takeAct(deps, book, statementId, actJws),
    async takeAccept({ deviceId, merchantId, accept: { statementId, statementSha256, line }, acceptJws }) {
      const stored = await store.findStatement(statementId);
      if (stored?.deviceId !== deviceId || stored.receiver !== merchantId) return refuse('not_found', statementId);
      if (stored.sha256 !== statementSha256) return refuse('statement_mismatch', 'another text was presented');
      const found = findOpenFault(stored, line);
      if (!found.ok) return found;
      const agreed = agreedLine(found.value, 'accepted');
      const by = { by: merchantId, note: '', actedAtMs: clock.nowMs() };
      const record = { line, outcome: 'accepted', agreed, ...by, state: 'settled', actJws: acceptJws } as const;
      // Settled before, either way: the box is told how it ended.
      if (findSettled(stored, line) === undefined) await book(stored, found.value, record);
      await tellBox(deviceId, [statementId]);
      return accept(undefined);
    },
    async resume() {
      for (const statementId of await store.listProposing()) carry(statementId);
    },
  };
}

/** Books what is settled, and brings one's own acts to the other company. */
function createLineCarrier(deps: LineDeskDeps) {
  const { store, retrier, clock, log } = deps;
  const book = async (stored: StoredStatement, fault: StatementFault, record: SettledLineRecord): Promise<void> => {
    const nowMs = clock.nowMs();
    const { line, outcome, by } = record;
    const entry = makeLinePayout(stored.direction, stored, { fault, line, outcome }, nowMs, businessDateAt(nowMs));
    const isNew = await store.settleLine(stored.statementId, { ...record, state: 'settled' }, entry, nowMs);
    const { statementId, hop } = stored;
    if (isNew) log.info({ statementId, hop, line, outcome, by }, 'a disputed line is settled');
  };
  const carry = (statementId: StatementId): void => {
    void retrier.run(`lines ${statementId}`, async () => {
      const stored = await store.findStatement(statementId);
      for (const record of stored?.settledLines.filter(({ state }) => state === 'proposed') ?? []) {
        const fault = stored && findFault(stored.faults, record.line);
        if (stored === undefined || fault === undefined) continue;
        const other = stored.direction === 'sent' ? deps.receiver : deps.sender;
        const taken = await other?.takeLineAct(statementId, record.actJws);
        if (taken?.ok !== true) {
          log.warn({ statementId, line: record.line, code: taken?.code }, 'the other side does not take the line now');
          return 'again';
        }
        await book(stored, fault, record);
      }
      return 'done';
    });
  };
  return { book, carry };
}

type Book = ReturnType<typeof createLineCarrier>['book'];

async function takeAct(
  deps: LineDeskDeps,
  book: Book,
  statementId: StatementId,
  actJws: string,
): Promise<Result<void>> {
  const stored = await deps.store.findStatement(statementId);
  if (stored === undefined || stored.deviceId !== null) return refuse('not_found');
  const isSender = stored.direction === 'sent';
  const opened = await openLineAct(actJws, isSender ? deps.resolveReceiverKey : deps.resolveSenderKey);
  if (!opened.ok) return opened;
  const act = opened.value;
  const found = findOpenFault(stored, act.line);
  if (!found.ok) return found;
  if (!isOfOtherSide(stored, act) || !isDeepStrictEqual(act.agreed, agreedLine(found.value, act.outcome))) {
    return refuse('statement_mismatch', 'not an act on this line by the other side');
  }
  const known = findSettled(stored, act.line);
  if (known?.state === 'settled') return known.outcome === act.outcome ? accept(undefined) : refuse('payment_state');
  if (known !== undefined && isSender) return refuse('payment_state', 'corrected here, at the same time');
  await book(stored, found.value, toRecord(act, actJws));
  return accept(undefined);
}

const findSettled = ({ settledLines }: StoredStatement, line: LineName): SettledLineRecord | undefined =>
  settledLines.find((each) => lineKey(each.line) === lineKey(line));

function findOpenFault(stored: StoredStatement | undefined, line: LineName): Result<StatementFault> {
  if (stored === undefined) return refuse('not_found');
  const { state, hop, faults } = stored;
  if (state !== 'disputed' && state !== 'part-paid') return refuse('payment_state', 'the statement is not disputed');
  const isWhole =
    faults.length >= maxFaults[hop] || faults.some(({ theirs, ours }) => theirs === null && ours === null);
  if (isWhole) return refuse('statement_mismatch', 'the statement is wrong as a whole');
  const fault = findFault(faults, line);
  return fault === undefined ? refuse('not_found', 'no such line is disputed') : accept(fault);
}

function isOfOtherSide(stored: StoredStatement, act: LineAct): boolean {
  const isSender = stored.direction === 'sent';
  return (
    act.statementId === stored.statementId &&
    act.statementSha256 === stored.sha256 &&
    act.by === (isSender ? stored.receiver : stored.sender) &&
    act.outcome === (isSender ? 'accepted' : 'corrected')
  );
}

const toRecord = ({ line, outcome, by, agreed, note, actedAtMs }: LineAct, actJws: string): SettledLineRecord => ({
  line,
  outcome,
  by,
  agreed,
  note,
  actedAtMs,
  state: 'proposed',
  actJws,
});
