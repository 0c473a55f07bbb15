/** The box's identity: claims and certificates. Part of `errorTable`. */
export const identityErrors = {
  claim_unknown: {
    http: 404,
    en: 'This claim is not known. Check the code, or ask the operator for a new one.',
    ko: '등록되지 않은 설치코드입니다. 코드를 확인하거나 운영사에 새 코드를 요청하세요.',
  },
  claim_used: {
    http: 409,
    en: 'This claim was already used. Ask the operator for a new one.',
    ko: '이미 사용한 설치코드입니다. 운영사에 새 코드를 요청하세요.',
  },
  claim_expired: {
    http: 410,
    en: 'This claim has expired. Ask the operator for a new one.',
    ko: '유효시간이 지난 설치코드입니다. 운영사에 새 코드를 요청하세요.',
  },
  claim_foreign: {
    http: 403,
    en: 'This claim is of another operator.',
    ko: '다른 운영사의 설치코드입니다.',
  },
  claim_unreadable: { http: 400, en: 'This is not a ScanPay claim.', ko: 'ScanPay 설치코드가 아닙니다.' },
  operator_untrusted: {
    http: 403,
    en: 'The server could not prove that it is the operator of this claim.',
    ko: '서버가 설치코드의 운영사인지 확인되지 않습니다.',
  },
  certificate_request_invalid: {
    http: 400,
    en: 'The certificate request is not usable.',
    ko: '인증서 요청이 올바르지 않습니다.',
  },
  certificate_invalid: {
    http: 401,
    en: 'No certificate of this operator was shown.',
    ko: '이 운영사의 인증서가 아닙니다.',
  },
  certificate_expired: {
    http: 401,
    en: 'The certificate of the box has expired. Enrol it again.',
    ko: '단말기 인증서가 만료되었습니다. 다시 등록하세요.',
  },
  certificate_revoked: {
    http: 403,
    en: 'The certificate of the box was revoked.',
    ko: '단말기 인증서가 폐기되었습니다.',
  },
  signing_key_retired: {
    http: 409,
    en: 'The box must make a new signing key.',
    ko: '단말기가 서명키를 새로 만들어야 합니다.',
  },
  identity_missing: {
    http: 503,
    en: 'This box has no identity yet. Enrol it with a claim.',
    ko: '아직 등록되지 않은 단말기입니다. 설치코드로 등록하세요.',
  },
} as const;
