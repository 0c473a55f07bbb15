/** A box that is being set up: what the technician holds before its scanner, and Wi-Fi. Part of `errorTable`. */
export const setUpErrors = {
  not_set_up: {
    http: 503,
    en: 'This box is not set up yet. Scan the operator’s claim first.',
    ko: '아직 설치되지 않은 단말기입니다. 먼저 운영사의 설치코드를 스캔하세요.',
  },
  set_up_code_unknown: {
    http: 400,
    en: 'This code is neither a claim nor Wi-Fi. Scan the operator’s claim.',
    ko: '설치코드도 와이파이 코드도 아닙니다. 운영사가 준 설치 QR코드를 스캔하세요.',
  },
  set_up_busy: {
    http: 409,
    en: 'The box is still busy with the last code. Wait a moment.',
    ko: '앞의 코드를 처리하고 있습니다. 잠시 기다리세요.',
  },
  box_claimed: {
    http: 409,
    en: 'This box is set up already. Have the operator revoke it first.',
    ko: '이미 설치된 단말기입니다. 먼저 운영사에서 등록을 폐기해야 합니다.',
  },
  wifi_set_up_only: {
    http: 409,
    en: 'Wi-Fi is taken by scan only before the box is set up.',
    ko: '와이파이 코드는 설치 전에만 스캔할 수 있습니다.',
  },
  wifi_unreadable: {
    http: 400,
    en: 'This Wi-Fi code is not written as the standard says.',
    ko: '와이파이 코드의 형식이 올바르지 않습니다.',
  },
  wifi_unsupported: {
    http: 400,
    en: 'This kind of Wi-Fi cannot be used: WEP, or a login with user name.',
    ko: '사용할 수 없는 와이파이 방식입니다 (WEP 또는 사용자 계정 로그인).',
  },
  wifi_unavailable: {
    http: 503,
    en: 'This box cannot set Wi-Fi: no NetworkManager, or no Wi-Fi part.',
    ko: '이 단말기에서는 와이파이를 설정할 수 없습니다 (NetworkManager 또는 무선랜 없음).',
  },
  wifi_password_wrong: {
    http: 401,
    en: 'The Wi-Fi did not take the password.',
    ko: '와이파이 비밀번호가 맞지 않습니다.',
  },
  wifi_not_found: {
    http: 404,
    en: 'There is no Wi-Fi of this name here. Check it, or move closer.',
    ko: '이 이름의 와이파이가 없습니다. 이름을 확인하거나 가까이 옮기세요.',
  },
  hand_over_fault: {
    http: 409,
    en: 'The self-test found a fault. See to it before the box is handed over.',
    ko: '점검에 이상이 있습니다. 해결한 뒤 인계하세요.',
  },
  not_drained: {
    http: 409,
    en: 'Payments or slips are still open. Keep the box on and connected until done.',
    ko: '끝나지 않은 거래나 출력물이 있습니다. 끝날 때까지 켜 두고 연결해 두세요.',
  },
  service_running: {
    http: 409,
    en: 'The box service is running. Stop it first.',
    ko: '단말 서비스가 실행 중입니다. 먼저 멈추세요.',
  },
  wifi_failed: {
    http: 503,
    en: 'The box could not join the Wi-Fi in time.',
    ko: '와이파이에 연결하지 못했습니다.',
  },
} as const;
