import type { Update, UpdateRequest, UpdateState } from '../../ports/update.ts';

/** Not begun to switch: it can be dropped without a trace. */
const droppable: ReadonlySet<Update['phase']> = new Set(['downloading', 'verified', 'installed']);
const over: ReadonlySet<Update['phase']> = new Set(['confirmed', 'rolled-back', 'failed']);

const isOver = ({ phase }: Update): boolean => over.has(phase);

export type NextMove = 'begin' | 'drop' | 'go on' | 'rest';

/** What is to be done, by what the operator wants and how far the last update is. Each rollout is tried once. */
export function chooseMove({ update }: UpdateState, request: UpdateRequest | undefined): NextMove {
  const wanted = request?.release ?? null;
  if (update === null || isOver(update)) {
    return wanted === null || wanted.rolloutId === update?.rolloutId ? 'rest' : 'begin';
  }
  const isCalledOff = request !== undefined && wanted?.rolloutId !== update.rolloutId;
  return droppable.has(update.phase) && isCalledOff ? 'drop' : 'go on';
}

/** What the updater finds when it starts, above all after a power cut. */
export interface Found {
  state: UpdateState;
  current: string | undefined;
  confirmed: string | undefined;
}

export interface Recovery {
  state: UpdateState;
  current: string | undefined;
  confirmed: string | undefined;
}

/** A trial outlives so many starts of the updater (power cuts, mostly): one more, and the release before comes back. */
export const maxTrialStarts = 3;

/**
 * What must be so before the box is started. The state is written before a link is changed on the way there, and after
 * it on the way back, so the state says which links can be found.
 */
export function recoverUpdate({ state, current, confirmed }: Found): Recovery {
  const { update } = state;
  // As the package leaves it, or what is left when a disk lost a release.
  const running = current ?? confirmed;
  // Outside of a trial, what runs is what proved itself: also after the package brought another release.
  const base = { state, current: running, confirmed: running };
  if (update === null || update.version === null || update.previousVersion === null) return base;
  const { version, previousVersion } = update;
  const put = (differing: Partial<Update>): UpdateState => ({ ...state, update: { ...update, ...differing } });
  switch (update.phase) {
    case 'switched': {
      if (current !== version) return { ...base, state: put({ phase: 'installed', previousVersion: null, starts: 0 }) };
      if (update.starts < maxTrialStarts) return { state: put({ starts: update.starts + 1 }), current, confirmed };
      const detail = `started ${update.starts} times`;
      const returning = put({ phase: 'returning', code: 'update_power_lost', detail });
      return { state: returning, current: previousVersion, confirmed };
    }
    case 'returning':
      return { state, current: previousVersion, confirmed };
    default:
      return base;
  }
}
