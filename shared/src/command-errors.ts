/** Commands to boxes, and alarms. Part of `errorTable`. */
export const commandErrors = {
  command_unknown: {
    http: 400,
    en: 'This box does not know the command. Update it first.',
    ko: '이 단말기가 모르는 명령입니다. 먼저 업데이트하세요.',
  },
  command_expired: {
    http: 410,
    en: 'The command came too late and was not carried out.',
    ko: '명령의 유효 시간이 지나 실행하지 않았습니다.',
  },
  command_id_conflict: {
    http: 409,
    en: 'This command id was used for something else.',
    ko: '같은 명령번호로 다른 명령이 이미 접수되었습니다.',
  },
  command_interrupted: {
    http: 503,
    en: 'The box stopped while the command was under way.',
    ko: '명령을 실행하는 중에 단말기가 멈췄습니다.',
  },
  command_unanswered: {
    http: 503,
    en: 'The box took the command and did not say what came of it.',
    ko: '단말기가 명령을 받았지만 결과를 알리지 않았습니다.',
  },
  command_unsupported: {
    http: 409,
    en: 'This box cannot do that.',
    ko: '이 단말기에서는 할 수 없는 명령입니다.',
  },
  commands_waiting: {
    http: 429,
    en: 'Too many commands wait for this box. Let them end first.',
    ko: '이 단말기에 대기 중인 명령이 너무 많습니다. 먼저 끝나기를 기다리세요.',
  },
  payment_open: {
    http: 409,
    en: 'A payment is under way at the box, or its outcome is not known yet.',
    ko: '단말기에서 결제가 진행 중이거나 결과를 아직 알 수 없습니다.',
  },
  alarm_cleared: { http: 409, en: 'This alarm is over.', ko: '이미 해제된 경보입니다.' },
} as const;
