/** Calls between the companies: who calls, and whether it is the first time. Part of `errorTable`. */
export const linkErrors = {
  signature_missing: {
    http: 401,
    en: 'The call is not signed by one of the companies.',
    ko: '회사 간 요청의 서명이 없습니다.',
  },
  signature_stale: {
    http: 401,
    en: 'The signature of the call is too old, or of the future. Check the clocks.',
    ko: '요청 서명의 유효 시간이 맞지 않습니다. 시계를 확인하세요.',
  },
  replayed: { http: 401, en: 'This very call was made before.', ko: '이미 처리한 요청이 다시 왔습니다.' },
  caller_not_allowed: {
    http: 403,
    en: 'This call is not for that company to make.',
    ko: '해당 회사가 할 수 없는 요청입니다.',
  },
} as const;
