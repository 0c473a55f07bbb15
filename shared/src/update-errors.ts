/** Releases of the box's software and how they get there. Part of `errorTable`. */
export const updateErrors = {
  updating: {
    http: 503,
    en: 'The box is being updated. Try again in a minute.',
    ko: '단말기를 업데이트하고 있습니다. 잠시 후 다시 하세요.',
  },
  release_unsigned: {
    http: 403,
    en: 'The release is not signed by a key that is trusted.',
    ko: '신뢰할 수 있는 키로 서명된 배포판이 아닙니다.',
  },
  release_expired: { http: 410, en: 'The release has expired.', ko: '유효기간이 지난 배포판입니다.' },
  release_older: {
    http: 409,
    en: 'The release is not newer than what the box has had.',
    ko: '단말기에 설치되었던 것보다 새로운 배포판이 아닙니다.',
  },
  release_needs_newer: {
    http: 409,
    en: 'The box must be updated to an earlier release first.',
    ko: '중간 배포판을 먼저 설치해야 합니다.',
  },
  release_wrong_machine: {
    http: 409,
    en: 'The release is for another kind of machine.',
    ko: '다른 기종용 배포판입니다.',
  },
  release_download_failed: {
    http: 502,
    en: 'The release could not be downloaded.',
    ko: '배포판을 내려받지 못했습니다.',
  },
  release_corrupt: {
    http: 409,
    en: 'The release is not the file that was signed.',
    ko: '서명된 파일과 다른 배포판입니다.',
  },
  release_unusable: {
    http: 409,
    en: 'The release cannot be unpacked.',
    ko: '배포판의 압축을 풀 수 없습니다.',
  },
  release_conflict: {
    http: 409,
    en: 'Another release of this version is on record.',
    ko: '같은 버전의 다른 배포판이 이미 등록되어 있습니다.',
  },
  release_in_use: { http: 409, en: 'A rollout still needs this release.', ko: '배포 중인 배포판입니다.' },
  release_limit: {
    http: 409,
    en: 'Too many releases are kept. Remove an old one first.',
    ko: '보관 중인 배포판이 너무 많습니다. 오래된 것을 먼저 삭제하세요.',
  },
  rollout_state: {
    http: 409,
    en: 'The rollout is not in a state that allows this.',
    ko: '현재 배포 상태에서는 할 수 없는 요청입니다.',
  },
  disk_full: { http: 507, en: 'There is not enough room on the disk.', ko: '저장 공간이 부족합니다.' },
  update_not_started: {
    http: 503,
    en: 'The new release did not start. The box went back to the one before.',
    ko: '새 배포판이 시작되지 않아 이전 버전으로 되돌렸습니다.',
  },
  update_power_lost: {
    http: 503,
    en: 'The power failed again and again while the new release was tried. The box went back.',
    ko: '새 배포판을 시험하는 동안 전원이 여러 번 끊겨 이전 버전으로 되돌렸습니다.',
  },
  update_no_connection: {
    http: 503,
    en: 'The new release did not reach the operator. The box went back to the one before.',
    ko: '새 배포판이 운영사에 연결되지 않아 이전 버전으로 되돌렸습니다.',
  },
  update_self_test: {
    http: 503,
    en: 'The new release failed its self-test. The box went back to the one before.',
    ko: '새 배포판이 자체 점검을 통과하지 못해 이전 버전으로 되돌렸습니다.',
  },
  update_silent: {
    http: 504,
    en: 'The box has not been heard of since it changed to the new release.',
    ko: '새 배포판으로 바꾼 뒤 단말기의 응답이 없습니다.',
  },
} as const;
