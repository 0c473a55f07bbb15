import type { ErrorCode, Result } from '@scanpay/shared/errors.ts';
import type { Bilingual } from '@scanpay/shared/schema.ts';
import type { SymbolFormat } from './decoder.ts';
import type { ScannerState } from './scanner.ts';

/** A camera that scans, as its page shows it. */
export interface CameraState {
  kind: ScannerState['kind'];
  /** What is wrong, for the words of the error table; null: nothing. */
  code: ErrorCode | null;
  /** The same for a technician, e.g. what the camera program said last; English. */
  detail: string;
}

/** A coupon with this operator's signature, valid today or not; the code of a receipt; anything else. */
export type CodeHolds = 'coupon' | 'receipt' | 'other';

/** What the camera sees, for a technician who aims it. */
export interface CameraLook {
  jpeg: Uint8Array;
  takenAtMs: number;
  /** Null: nothing could look for codes in it just now. */
  seen: {
    widthPx: number;
    heightPx: number;
    /** Mean brightness, 0 (black) to 255. */
    meanLuma: number;
    /** What whoever aims it should change; nothing: all is well. */
    hints: Bilingual[];
    /** Without their texts: a coupon's holds the customer's card box, and another code may be as good as money. */
    symbols: { format: SymbolFormat; holds: CodeHolds; modulePx: number | null }[];
  } | null;
}

/** The camera from the side of whoever aims it. */
export interface Camera {
  state(): CameraState;
  /**
   * Takes one picture and looks for codes in it. Scanning rests meanwhile: only one program can have a camera. Refused
   * with a `camera_…` code.
   */
  look(): Promise<Result<CameraLook>>;
}
