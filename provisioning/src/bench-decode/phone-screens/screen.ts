import type { LumaImage } from '@scanpay/device/ports/decoder.ts';
import type { Condition } from './conditions.ts';
import type { Point } from './pose.ts';
import type { Random } from './random.ts';

/** Brightness at a point of the phone, in modules off the code's centre. */
export type Screen = (point: Point) => number;

const luma = { light: 232, dark: 16, bezel: 8, room: 58 };

/** How far the screen goes on beyond the code's quiet zone. */
export const marginModules = 5;
/** How far the bezel goes beyond the screen. */
const bezelModules = 2;

interface Crack {
  from: Point;
  to: Point;
  halfWidth: number;
  luma: number;
}

/** A phone that shows a code: `code` has one pixel per module and its quiet zone. */
export function createScreen(code: LumaImage, { dark, cracks }: Condition, random: Random): Screen {
  const half = code.width / 2;
  const drawn = Array.from({ length: cracks }, () => drawCrack(half, random));
  return (point) => {
    const out = Math.max(Math.abs(point.x), Math.abs(point.y)) - half;
    if (out > marginModules + bezelModules) return luma.room;
    if (out > marginModules) return luma.bezel;
    const crack = drawn.find((one) => distance(point, one) < one.halfWidth);
    if (crack !== undefined) return crack.luma;
    const at = Math.floor(point.y + half) * code.width + Math.floor(point.x + half);
    const isLight = out >= 0 || code.data[at] !== 0;
    return isLight === dark ? luma.dark : luma.light;
  };
}

/** From one side of the code to the other; light scatters in some, others are dark. */
function drawCrack(half: number, { between }: Random): Crack {
  const angle = between(0, 2 * Math.PI);
  const reach = 1.5 * half;
  const middle = { x: between(-half, half) * 0.7, y: between(-half, half) * 0.7 };
  const along = { x: Math.cos(angle) * reach, y: Math.sin(angle) * reach };
  return {
    from: { x: middle.x - along.x, y: middle.y - along.y },
    to: { x: middle.x + along.x, y: middle.y + along.y },
    halfWidth: between(0.1, 0.4),
    luma: between(0, 1) < 0.5 ? 255 : 0,
  };
}

function distance({ x, y }: Point, { from, to }: Crack): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const share = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy);
  const along = Math.min(Math.max(share, 0), 1);
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}
