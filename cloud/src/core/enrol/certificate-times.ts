import type { Validity } from '../../ports/certificate-authority.ts';

/** For boxes and servers whose clocks do not quite agree. */
const backdateMs = 3_600_000;

export function validityFrom(nowMs: number, validForMs: number): Validity {
  // Certificates count whole seconds.
  return { notBeforeMs: nowMs - backdateMs, notAfterMs: Math.floor((nowMs + validForMs) / 1000) * 1000 };
}

/** When a third of its life is left: time enough for a box that is switched off over a holiday. */
export function renewAfter(notAfterMs: number, validForMs: number): number {
  return notAfterMs - Math.floor(validForMs / 3);
}
