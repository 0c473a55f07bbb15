import { type HttpCall, unknownOutcome } from '@scanpay/cloud/drivers/peers/http-call.ts';
import type { PeerLink } from '@scanpay/cloud/ports/peer-link.ts';
import { toErrorBody } from '@scanpay/shared/errors.ts';
import type { Dice } from './dice.ts';
import type { SimProcess } from './process.ts';
import type { Timeline } from './timeline.ts';
import type { Weather } from './weather.ts';
import type { WireCall, WireReply } from './wire-call.ts';

/** Whom a message goes from and to: a company's or a box's name. */
export interface Way {
  from: string;
  to: string;
}

/** A process that answers calls, or none while it is down. */
export interface Callee {
  life: SimProcess;
  link: PeerLink;
  receive: WireCall;
  /** Signed by nobody, as staff and customers call. */
  askOpenly: HttpCall;
}

export interface Network {
  /** Carries a message: once, twice, late, or not at all. */
  carry(way: Way, arrive: () => void): void;
  /** HTTP from one company to another, with the caller's deadline. */
  call(way: Way, caller: SimProcess, callee: () => Callee | null, onCall: (text: string) => void): WireCall;
  isCut(way: Way): boolean;
  /** Nothing passes this way until the returned function is called. */
  cut(way: Way): () => void;
  /** What is sent this way in the next `forMs` arrives after it, as when packets are sent again and again. */
  hold(way: Way, forMs: number): void;
  healAll(): void;
}

/** As `createFetchCall` and `createInjectCall` have it. */
const callDeadlineMs = 10_000;

/** Of something in between, and so signed by nobody. */
const trouble: WireReply = { status: 503, headers: {}, text: JSON.stringify(toErrorBody('upstream_unavailable')) };

export function createNetwork(deps: { timeline: Timeline; dice: Dice; weather: () => Weather }): Network {
  const { timeline, dice, weather } = deps;
  const cuts = new Map<string, number>();
  const heldUntilMs = new Map<string, number>();
  const keyOf = ({ from, to }: Way): string => `${from}>${to}`;
  const isCut = (way: Way): boolean => (cuts.get(keyOf(way)) ?? 0) > 0;

  const delayMs = (): number => {
    const { slow, slowMs } = weather();
    return dice.chance(slow) ? dice.between(slowMs / 2, slowMs) : dice.between(1, 15);
  };
  const carry = (way: Way, arrive: () => void): void => {
    if (isCut(way) || dice.chance(weather().drop)) return;
    const heldMs = Math.max(0, (heldUntilMs.get(keyOf(way)) ?? 0) - timeline.nowMs());
    timeline.after(heldMs + delayMs(), arrive);
    if (dice.chance(weather().duplicate)) timeline.after(heldMs + delayMs(), arrive);
  };

  const call =
    (way: Way, caller: SimProcess, callee: () => Callee | null, onCall: (text: string) => void): WireCall =>
    (request) =>
      new Promise<WireReply>((resolve, reject) => {
        const fail = (why: string): void => {
          cancel();
          reject(unknownOutcome(request, why));
        };
        const cancel = caller.scheduler.after(callDeadlineMs, () => fail('no reply in time'));
        onCall(`${request.method} ${request.path} ${request.text ?? 'null'}`);
        const back = { from: way.to, to: way.from };
        const reply = (answer: WireReply): void => {
          onCall(`${answer.status} ${answer.text}`);
          carry(back, () => {
            cancel();
            resolve(answer);
          });
        };
        carry(way, () => {
          const target = callee();
          if (target === null) return carry(back, () => fail('connection refused'));
          if (dice.chance(weather().trouble)) return reply(trouble);
          void target.receive(request).then((answer) => target.life.isAlive() && reply(answer));
        });
      });

  return {
    carry,
    call,
    isCut,
    cut(way) {
      const key = keyOf(way);
      cuts.set(key, (cuts.get(key) ?? 0) + 1);
      let done = false;
      return () => {
        if (!done) cuts.set(key, Math.max(0, (cuts.get(key) ?? 0) - 1));
        done = true;
      };
    },
    hold: (way, forMs) => void heldUntilMs.set(keyOf(way), timeline.nowMs() + forMs),
    healAll() {
      cuts.clear();
      heldUntilMs.clear();
    },
  };
}
