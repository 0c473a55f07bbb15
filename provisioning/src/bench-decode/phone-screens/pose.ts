export interface Point {
  x: number;
  y: number;
}

type Vector = readonly [x: number, y: number, z: number];

/**
 * Where a camera's ray meets a screen: from pixels off the picture's centre to pixels on the screen, off its centre,
 * at the scale of the centre.
 *
 * The screen is turned by `turn` in its plane, then tilted by `tilt` about the axis at the angle `axis` (radians);
 * `distancePx` is the camera's distance.
 */
export function createPose(pose: { turn: number; tilt: number; axis: number; distancePx: number }) {
  const { turn, tilt, axis, distancePx: far } = pose;
  const [ax, ay, az] = tiltVector([Math.cos(turn), Math.sin(turn), 0], axis, tilt);
  const [bx, by, bz] = tiltVector([-Math.sin(turn), Math.cos(turn), 0], axis, tilt);
  return ({ x, y }: Point): Point => {
    // The point u·a + v·b lies on the ray through (x, y): two linear equations, solved by Cramer's rule.
    const [m11, m12] = [far * ax - x * az, far * bx - x * bz];
    const [m21, m22] = [far * ay - y * az, far * by - y * bz];
    const determinant = m11 * m22 - m12 * m21;
    return { x: (far * (x * m22 - y * m12)) / determinant, y: (far * (y * m11 - x * m21)) / determinant };
  };
}

/** Rodrigues' formula, for an axis and a vector in the picture's plane. */
function tiltVector([x, y]: Vector, axis: number, tilt: number): Vector {
  const [kx, ky] = [Math.cos(axis), Math.sin(axis)];
  const along = (kx * x + ky * y) * (1 - Math.cos(tilt));
  const cos = Math.cos(tilt);
  return [x * cos + kx * along, y * cos + ky * along, (kx * y - ky * x) * Math.sin(tilt)];
}
