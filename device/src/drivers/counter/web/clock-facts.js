// @ts-check
import { byId, el, fill } from '../../../../../shared/src/web/dom.js';
import { fact } from '../../../../../shared/src/web/fact.js';
import { formatClock } from '../../../../../shared/src/web/format.js';
import { say } from '../../../../../shared/src/web/language.js';

/** @typedef {import('@scanpay/shared/api/box.ts').ClockView} ClockView */

/**
 * The box's clock against the operator's, for the technician.
 *
 * @param {ClockView} clock
 */
export function showClock({ source, driftMs, errorMs, ratePpm, comparedAtMs, warning }) {
  const nothing = say({ ko: '아직 모름', en: 'not known yet' });
  const sources = {
    operator: say({ ko: '운영사 시각', en: 'the operator' }),
    ntp: say({ ko: '인터넷 시각(NTP)', en: 'NTP' }),
  };
  const drift = driftMs === null ? nothing : `${signed(driftMs)} ms (± ${errorMs} ms)`;
  fill(
    byId('clock-facts', HTMLElement),
    el(
      'dl',
      { class: 'facts' },
      fact(
        { ko: '시각 기준', en: 'Confirmed by' },
        source === null ? say({ ko: '없음', en: 'nobody' }) : sources[source],
      ),
      fact({ ko: '시스템 시계 오차', en: 'System clock is slow by' }, drift),
      fact({ ko: '오차 변화', en: 'Drift' }, ratePpm === null ? nothing : `${signed(ratePpm)} ppm`),
      fact(
        { ko: '마지막 비교', en: 'Last compared' },
        comparedAtMs === null ? nothing : formatClock(comparedAtMs, true),
      ),
    ),
    warning &&
      el(
        'p',
        { class: 'problem' },
        say({
          ko: '시스템 시계가 맞지 않습니다. timedatectl로 NTP를 확인하세요.',
          en: 'The system clock is off. See with timedatectl whether NTP is on.',
        }),
      ),
  );
}

/** @param {number} number */
const signed = (number) => `${number > 0 ? '+' : ''}${number}`;
