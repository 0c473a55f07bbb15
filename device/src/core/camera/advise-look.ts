import type { Bilingual } from '@scanpay/shared/schema.ts';

/** What was found on a picture of the camera. */
export interface SeenInPicture {
  /** Mean brightness, 0 (black) to 255. */
  meanLuma: number;
  /** Side of one module of each code in pixels; null: not known, as for a code that was read only after a blur. */
  symbols: readonly { modulePx: number | null }[];
}

/** Below it codes on phone screens are often missed under blur or moiré. */
const leastModulePx = 3;

/** A dim room with a phone in it is about 50; a covered lens near 0. */
const darkLuma = 30;

/** A white wall in the sun is about 200; one that washes everything out near 255. */
const brightLuma = 235;

const hints = {
  dark: {
    ko: '너무 어둡습니다. 렌즈를 가리는 것이 있는지 보고, 조명을 밝히세요.',
    en: 'It is too dark. See whether something covers the lens, and give it more light.',
  },
  bright: {
    ko: '너무 밝습니다. 카메라가 창이나 조명을 향하지 않게 하세요.',
    en: 'It is too bright. Turn the camera away from windows and lamps.',
  },
  nothing: {
    ko: '코드가 보이지 않습니다. 쿠폰을 띄운 휴대폰을 카메라 앞 15 cm쯤에 들고 다시 확인하세요.',
    en: 'No code was found. Hold a phone with a coupon some 15 cm before the camera and look again.',
  },
  small: {
    ko: '코드가 너무 작게 보입니다. 휴대폰을 더 가까이 대거나 카메라를 더 가까이 다세요.',
    en: 'The code is too small. Hold the phone closer, or mount the camera closer.',
  },
  unclear: {
    ko: '코드가 흐리게 보입니다. 렌즈를 닦고 초점을 맞추세요. 화면 반사도 확인하세요.',
    en: 'The code is unclear. Clean and focus the lens, and look for reflections on the screen.',
  },
} as const satisfies Record<string, Bilingual>;

/** What whoever aims the camera should change; nothing when the codes are large and clear. */
export function adviseLook({ meanLuma, symbols }: SeenInPicture): Bilingual[] {
  if (symbols.length === 0) {
    if (meanLuma < darkLuma) return [hints.dark, hints.nothing];
    return meanLuma > brightLuma ? [hints.bright, hints.nothing] : [hints.nothing];
  }
  const sizes = symbols.flatMap(({ modulePx }) => modulePx ?? []);
  if (sizes.length === 0) return [hints.unclear];
  // The one held closest counts: a poster's code further back is not the customer's.
  return Math.max(...sizes) < leastModulePx ? [hints.small] : [];
}
