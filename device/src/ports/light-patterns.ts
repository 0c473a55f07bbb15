/** LEDs a box may have. With fewer of them, a wired one stands in: the rhythm alone tells the patterns apart. */
export const lightColours = ['red', 'green', 'blue'] as const;

export type LightColour = (typeof lightColours)[number];

/** One meaning per pattern; named after what the terminal is in. */
export type LightPattern =
  | 'starting'
  | 'no-identity'
  | 'setting-up'
  | 'self-test'
  | 'set-up-refused'
  | 'ready'
  | 'busy'
  | 'approved'
  | 'declined'
  | 'recheck'
  | 'unknown'
  | 'offline'
  | 'fault';

export interface LightMeaning {
  /** LEDs that are lit together. */
  colours: readonly LightColour[];
  /** On, off, on, off … in milliseconds, repeated without end. Empty: steadily on. */
  blinkMs: readonly number[];
  /** What it means and what to do, for the box's own page. */
  meaning: { en: string; ko: string };
  /** What it looks like, for the box's own page. */
  look: { en: string; ko: string };
}

/**
 * The one table of what the lamp shows.
 *
 * Patterns differ in rhythm even where they differ in colour, for eyes that do not tell red from green and for boxes
 * with a single LED. Nothing flashes more than three times in any second (WCAG 2.2, criterion 2.3.1).
 */
export const lightPatterns: Readonly<Record<LightPattern, LightMeaning>> = {
  starting: {
    colours: ['blue'],
    blinkMs: [100, 900],
    meaning: { en: 'The box is starting.', ko: '단말기를 시작하는 중입니다.' },
    look: { en: 'Blue: a short wink every second.', ko: '파랑: 1초마다 짧게 깜빡임' },
  },
  'no-identity': {
    colours: ['red', 'blue'],
    blinkMs: [120, 230, 120, 230, 120, 230, 120, 1500],
    meaning: {
      en: 'The box is not registered yet. It cannot take payments.',
      ko: '등록되지 않은 단말기입니다. 결제할 수 없습니다.',
    },
    look: { en: 'Violet: four short flashes, then a pause.', ko: '보라: 짧게 네 번, 그리고 쉼' },
  },
  'setting-up': {
    colours: ['red', 'blue'],
    blinkMs: [1500, 200, 150, 400],
    meaning: { en: 'The code is read. The box is being set up; wait.', ko: '코드를 읽었습니다. 설치하는 중입니다.' },
    look: { en: 'Violet: one long, one wink.', ko: '보라: 길게 한 번, 짧게 한 번' },
  },
  'self-test': {
    colours: ['green', 'blue'],
    blinkMs: [100, 250, 100, 250, 100, 1000],
    meaning: { en: 'Set up. The box is testing itself; wait.', ko: '등록되었습니다. 스스로 점검하는 중입니다.' },
    look: { en: 'Cyan: three winks, then a pause.', ko: '하늘색: 짧게 세 번, 그리고 쉼' },
  },
  'set-up-refused': {
    colours: ['red'],
    blinkMs: [150, 250, 150, 250, 150, 250, 150, 250, 150, 1200],
    meaning: {
      en: 'The code was refused. See the page or the slip.',
      ko: '코드가 거절되었습니다. 화면이나 출력물을 확인하세요.',
    },
    look: { en: 'Red: five quick flashes, then a pause.', ko: '빨강: 빠르게 다섯 번, 그리고 쉼' },
  },
  ready: {
    colours: ['green'],
    blinkMs: [],
    meaning: { en: 'Ready to scan.', ko: '스캔할 수 있습니다.' },
    look: { en: 'Green: steady.', ko: '초록: 계속 켜짐' },
  },
  busy: {
    colours: ['blue'],
    blinkMs: [400, 400],
    meaning: { en: 'A payment is under way. Wait.', ko: '결제를 처리하고 있습니다. 기다리세요.' },
    look: { en: 'Blue: even blinking.', ko: '파랑: 고르게 깜빡임' },
  },
  approved: {
    colours: ['green'],
    blinkMs: [1200, 200, 200, 200, 200, 600],
    meaning: { en: 'Approved. Serve the customer.', ko: '승인되었습니다. 서비스를 제공하세요.' },
    look: { en: 'Green: one long, two short.', ko: '초록: 길게 한 번, 짧게 두 번' },
  },
  declined: {
    colours: ['red'],
    blinkMs: [1500, 500],
    meaning: {
      en: 'Declined. Nothing was charged; see the page.',
      ko: '거절되었습니다. 청구되지 않았습니다. 화면을 확인하세요.',
    },
    look: { en: 'Red: slow blinking, mostly on.', ko: '빨강: 천천히, 길게 켜짐' },
  },
  recheck: {
    colours: ['red', 'green'],
    blinkMs: [200, 200, 200, 1000],
    meaning: { en: 'Confirm the details on the page.', ko: '화면의 내용을 확인해 주세요.' },
    look: { en: 'Yellow: two short flashes, then a pause.', ko: '노랑: 짧게 두 번, 그리고 쉼' },
  },
  unknown: {
    colours: ['red', 'green', 'blue'],
    blinkMs: [700, 250, 700, 900],
    meaning: {
      en: 'The result is not known yet. Do not charge again; the box is asking.',
      ko: '결과를 아직 알 수 없습니다. 다시 결제하지 마세요. 확인하는 중입니다.',
    },
    look: { en: 'White: two long, then a pause.', ko: '흰색: 길게 두 번, 그리고 쉼' },
  },
  offline: {
    colours: ['red'],
    blinkMs: [100, 2900],
    meaning: { en: 'No connection. No card payments now.', ko: '통신이 끊겼습니다. 카드 결제를 할 수 없습니다.' },
    look: { en: 'Red: a short wink every three seconds.', ko: '빨강: 3초마다 짧게 깜빡임' },
  },
  fault: {
    colours: ['red'],
    blinkMs: [150, 200],
    meaning: { en: 'The box has a fault. See the page.', ko: '단말기에 이상이 있습니다. 화면을 확인하세요.' },
    look: { en: 'Red: quick blinking.', ko: '빨강: 빠르게 깜빡임' },
  },
};

/** The LEDs to light on a box that has only `wired` ones: those it has of the colour, or else its first. */
export function litOn(wired: readonly LightColour[], colours: readonly LightColour[]): LightColour[] {
  const lit = wired.filter((colour) => colours.includes(colour));
  return lit.length > 0 || colours.length === 0 ? lit : wired.slice(0, 1);
}
