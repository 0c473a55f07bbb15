import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { LightDriver, PassedOver } from '../../ports/light.ts';
import type { LightColour } from '../../ports/light-patterns.ts';

/** The LEDs of a lamp, driven in one certain way. */
export interface LedOutputs {
  readonly driver: LightDriver;
  /** In the order in which they stand in for a missing colour. */
  readonly wired: readonly LightColour[];
  /**
   * Takes hold of the LEDs, all dark, and says in words what it took. `onLost` is called when they go
   * away by themselves, never before this has resolved.
   *
   * @throws ScanPayError `configuration` when they cannot be driven this way here; nothing is held then.
   */
  open(onLost: (detail: string) => void): Promise<string>;
  /** Lights these and darkens the rest; throws when that fails. Called between `open` and `close` only. */
  set(lit: readonly LightColour[]): void;
  /** Lets go of the LEDs, dark as far as that is possible. */
  close(): Promise<void>;
}

/** The first of several ways that works here; without `outputs` none did. */
export interface Opened {
  outputs?: LedOutputs;
  /** What it took; empty where none did. */
  detail: string;
  /** Why the ones before it would not do. */
  passedOver: PassedOver[];
}

/** Tries one way after the other and stays with the first that takes the LEDs. */
export async function openFirst(
  candidates: readonly LedOutputs[],
  onLost: (outputs: LedOutputs, detail: string) => void,
): Promise<Opened> {
  const passedOver: PassedOver[] = [];
  for (const outputs of candidates) {
    try {
      const detail = await outputs.open((reason) => onLost(outputs, reason));
      return { outputs, detail, passedOver };
    } catch (error) {
      passedOver.push({ driver: outputs.driver, reason: detailOf(error) });
    }
  }
  return { detail: '', passedOver };
}

export function detailOf(error: unknown): string {
  if (error instanceof ScanPayError) return error.detail;
  return error instanceof Error ? error.message : String(error);
}
