// @ts-check

/** @typedef {import('../../../../shared/src/api/release.ts').AttemptRow} AttemptRow */
/** @typedef {import('../../../../shared/src/api/release.ts').RolloutRow} RolloutRow */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

/** @type {Record<AttemptRow['state'], Words & { tone?: 'well' | 'bad' }>} */
export const attemptWords = {
  told: { ko: '알림', en: 'told' },
  downloading: { ko: '내려받는 중', en: 'downloading' },
  verified: { ko: '확인됨', en: 'verified' },
  installed: { ko: '설치됨, 빈 시간 대기', en: 'installed, waits for a free moment' },
  switched: { ko: '시험 중', en: 'on trial' },
  returning: { ko: '되돌리는 중', en: 'going back' },
  confirmed: { ko: '완료', en: 'done', tone: 'well' },
  'rolled-back': { ko: '이전 버전으로 되돌림', en: 'went back', tone: 'bad' },
  failed: { ko: '실패', en: 'failed', tone: 'bad' },
};

/** @type {Record<RolloutRow['state'], Words>} */
export const rolloutWords = {
  running: { ko: '진행 중', en: 'running' },
  paused: { ko: '일시 정지', en: 'paused' },
  halted: { ko: '자동 중지 (실패 초과)', en: 'halted (too many failures)' },
  aborted: { ko: '종료', en: 'ended' },
};

/** @type {Record<'pause' | 'resume' | 'abort', Words>} */
export const actWords = {
  pause: { ko: '일시 정지', en: 'Pause' },
  resume: { ko: '계속하기', en: 'Go on' },
  abort: { ko: '배포 종료', en: 'End it' },
};
