import type { Clock } from '@scanpay/shared/clock.ts';
import { accept, type ErrorCode, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { Log } from '../box/deps.ts';
import { renewNow } from '../enrol/certificate-renewer.ts';
import { type EnrolDeps, enrolBox, isEnrolledBy } from '../enrol/enrol-box.ts';
import type { StoredIdentity } from '../ports/identity-store.ts';

export interface ReclaimDeps {
  enrolment: EnrolDeps;
  /** Whether the operator's broker takes this box now: then it has not lost its place. */
  isLinkUp(): boolean;
  clock: Clock;
  log: Log;
  /** The box has a new identity, and must start again with it. */
  onReclaimed(): void;
}

/** What the operator says of a certificate that is good no longer. */
const lost: ReadonlySet<ErrorCode> = new Set(['certificate_revoked', 'certificate_expired']);
/** A claim that is held before the scanner is read again and again. */
const pauseMs = 5_000;

/**
 * A claim shown to a box that has its place: taken only when the operator itself, asked with the box's own certificate,
 * says that this is revoked or expired. So nobody moves a shop's box to another shop with a claim of theirs.
 */
export function createReclaim(deps: ReclaimDeps) {
  const { enrolment, clock, log } = deps;
  let isBusy = false;
  let endedAtMs = Number.NEGATIVE_INFINITY;
  let work: Promise<unknown> = Promise.resolve();

  const askAndReclaim = async (identity: StoredIdentity, text: string): Promise<Result<void>> => {
    const renewed = await renewNow(enrolment, identity);
    if (renewed.ok) return refuse('box_claimed', 'the operator has renewed its certificate');
    if (!lost.has(renewed.code)) return renewed;
    const enrolled = await enrolBox(enrolment, { kind: 'text', text }, { mayChangeOperator: false });
    if (!enrolled.ok) return enrolled;
    deps.onReclaimed();
    return accept(undefined);
  };
  const take = async (text: string): Promise<Result<void>> => {
    const identity = enrolment.store.read();
    if (identity !== undefined && isEnrolledBy(identity, text)) return accept(undefined);
    if (identity === undefined || deps.isLinkUp()) return refuse('box_claimed');
    if (isBusy || clock.nowMs() - endedAtMs < pauseMs) return refuse('set_up_busy');
    isBusy = true;
    const turn = askAndReclaim(identity, text)
      .catch((err: unknown): Result<void> => {
        log.error({ err }, 'claim not taken');
        return refuse('internal');
      })
      .finally(() => {
        isBusy = false;
        endedAtMs = clock.nowMs();
      });
    work = turn;
    return turn;
  };
  return {
    take,
    /** Of a scan: the outcome goes to the log. */
    async consider(text: string): Promise<void> {
      const result = await take(text);
      if (!result.ok) log.warn({ code: result.code, detail: result.detail }, 'claim not taken');
    },
    /** Resolves when what is under way has ended, within the deadlines of its calls. */
    async stop(): Promise<void> {
      await work;
    },
  };
}
