/** The desired configuration of boxes. Part of `errorTable`. */
export const configErrors = {
  config_stale: {
    http: 409,
    en: 'The box has a newer configuration already.',
    ko: '단말기에 더 새로운 설정이 이미 적용되어 있습니다.',
  },
  config_not_stored: {
    http: 507,
    en: 'The box could not store the configuration. Check its disk.',
    ko: '단말기가 설정을 저장하지 못했습니다. 디스크를 확인하세요.',
  },
  group_limit: { http: 409, en: 'There are too many groups.', ko: '그룹이 너무 많습니다.' },
} as const;
