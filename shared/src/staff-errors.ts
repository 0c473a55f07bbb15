/** Signing in of the companies' staff, and what they may do. Part of `errorTable`. */
export const staffErrors = {
  sign_in_missing: { http: 401, en: 'Sign in first.', ko: '로그인이 필요합니다.' },
  sign_in_wrong: {
    http: 401,
    en: 'The name or the password is wrong.',
    ko: '이름 또는 비밀번호가 올바르지 않습니다.',
  },
  sign_in_locked: {
    http: 429,
    en: 'Too many wrong passwords. Wait, then try again.',
    ko: '비밀번호가 여러 번 틀렸습니다. 잠시 후 다시 하세요.',
  },
  not_permitted: { http: 403, en: 'Your role does not allow this.', ko: '권한이 없는 작업입니다.' },
  cross_site: {
    http: 403,
    en: 'The request came from a page of another site.',
    ko: '다른 사이트의 페이지에서 온 요청입니다.',
  },
} as const;
