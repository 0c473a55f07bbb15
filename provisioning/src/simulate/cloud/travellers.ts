import type { HttpReply } from '@scanpay/cloud/drivers/peers/http-call.ts';
import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { Schedule } from '@scanpay/shared/api/schedule.ts';
import { addBusinessDays, businessDateAt } from '@scanpay/shared/clock.ts';
import {
  type CouponId,
  createIdMaker,
  type OfferId,
  type RegistrationId,
  type ScheduleChangeId,
} from '@scanpay/shared/ids.ts';
import type { Dice } from '../engine/dice.ts';
import type { Timeline } from '../engine/timeline.ts';
import type { CompanyMachine } from './company-machine.ts';

/** One body that somebody sent as a change of schedule, and what was said to it. */
export interface AskedChange {
  changeId: ScheduleChangeId;
  couponId: CouponId;
  offerId: OfferId;
  after: Schedule;
  /** `applied`, `pending`, or the code of a refusal; in order, the first one and those to the same asked again. */
  told: string[];
}

/** Customers, and the operator's staff for them, who come on other days or with others than they registered for. */
export interface Travellers {
  start(): void;
  stop(): void;
  changes: readonly AskedChange[];
}

interface Held {
  coupon_id: CouponId;
  offer_id: OfferId;
  registration_id: RegistrationId;
}

const meanPauseMs = 5_000;
/** As long as a page waits; then it asks again with the same id. */
const patienceMs = 12_000;
const maxTries = 3;

export function createTravellers(deps: {
  timeline: Timeline;
  dice: Dice;
  companies: Record<Company, CompanyMachine>;
}): Travellers {
  const { timeline, dice, companies } = deps;
  const ids = createIdMaker(timeline, dice.bytes);
  const held = companies.operator.disk.connection
    .prepare<[], Held>(
      `SELECT coupon_id, offer_id, registration_id FROM operator_entitlements JOIN operator_coupons USING (coupon_id)
       ORDER BY coupon_id, offer_id`,
    )
    .all();
  const changes: AskedChange[] = [];
  let active = false;

  const ask = (change: AskedChange, path: { company: Company; path: string }, by: object, tries: number): void => {
    const { changeId, offerId, after } = change;
    const body = { changeId, offerId, ...after, reason: '', ...by };
    const said = change.told.length;
    const callee = companies[path.company].callee();
    callee
      ?.askOpenly({ method: 'POST', path: path.path, body })
      // What a company answers that dies meanwhile is never heard.
      .then((reply) => callee.life.isAlive() && change.told.push(wordOf(reply)))
      .catch(() => undefined);
    timeline.after(patienceMs, () => {
      const isSilent = change.told.length === said || change.told.at(-1) === 'upstream_unavailable';
      if (active && (isSilent || dice.chance(0.2)) && tries > 1) ask(change, path, by, tries - 1);
    });
  };
  const changeOne = (): void => {
    const { coupon_id: couponId, offer_id: offerId, registration_id: registrationId } = dice.pick(held);
    const byStaff = dice.chance(0.3);
    const path = byStaff
      ? ({ company: 'operator', path: `/v1/coupons/${couponId}/schedule-changes` } as const)
      : ({ company: 'pg', path: `/v1/registrations/${registrationId}/schedule-changes` } as const);
    const by = byStaff ? { by: '김직원' } : {};
    const change = { changeId: ids.messageId() as string as ScheduleChangeId, couponId, offerId };
    const send = (): void => {
      const asked: AskedChange = { ...change, after: drawStay(timeline.nowMs(), dice), told: [] };
      changes.push(asked);
      ask(asked, path, by, maxTries);
    };
    send();
    // Two windows of the same page, or a page that somebody has changed: one id, and perhaps another wish.
    if (dice.chance(0.1)) timeline.after(dice.between(0, 3_000), send);
  };
  const plan = (): void => {
    timeline.after(dice.waitMs(meanPauseMs), () => {
      if (!active) return;
      changeOne();
      plan();
    });
  };
  return {
    changes,
    start() {
      active = true;
      plan();
    },
    stop() {
      active = false;
    },
  };
}

/** Some of them have passed, or are after the coupon. */
function drawStay(nowMs: number, dice: Dice): Schedule {
  const visitFrom = addBusinessDays(businessDateAt(nowMs), dice.chance(0.05) ? -1 : dice.between(0, 1));
  const visitTo = addBusinessDays(visitFrom, dice.chance(0.03) ? 400 : dice.between(0, 2));
  return { visitFrom, visitTo, headcount: dice.between(1, 4) };
}

function wordOf({ status, body }: HttpReply): string {
  const { state, code } = body as { state?: string; code?: string };
  return (status === 200 ? state : code) ?? `status ${status}`;
}
