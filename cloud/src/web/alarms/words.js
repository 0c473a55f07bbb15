// @ts-check

/** @typedef {import('../../../../shared/src/api/alarms.ts').AlarmView} AlarmView */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

/** @type {Record<AlarmView['severity'], { words: Words, chip: string }>} */
export const severities = {
  critical: { words: { ko: '긴급', en: 'Critical' }, chip: 'chip-bad' },
  major: { words: { ko: '중대', en: 'Major' }, chip: 'chip-bad' },
  minor: { words: { ko: '경미', en: 'Minor' }, chip: 'chip-care' },
  warning: { words: { ko: '주의', en: 'Warning' }, chip: 'chip-brand' },
};

/** @type {Record<AlarmView['state'], { words: Words, chip: string }>} */
export const states = {
  raised: { words: { ko: '미확인', en: 'Not acknowledged' }, chip: 'chip-open' },
  acknowledged: { words: { ko: '확인함', en: 'Acknowledged' }, chip: 'chip-brand' },
  cleared: { words: { ko: '해제됨', en: 'Cleared' }, chip: 'chip-good' },
};
