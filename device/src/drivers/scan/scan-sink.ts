import type { ScannerEvents, ScannerState, ScanSource } from '../../ports/scanner.ts';
import type { RepeatFilter } from './repeat-filter.ts';
import { checkScanText } from './scan-text.ts';

/** The way from any scanner to its owner: what is no text is refused, what repeats is dropped. */
export interface ScanSink {
  /** `atMs`: when the line's last byte, or the picture, arrived. */
  take(text: string, atMs: number): void;
  state(kind: ScannerState['kind'], detail: string): void;
}

export interface ScanSinkOptions {
  repeats: RepeatFilter;
  events: ScannerEvents;
  source: ScanSource;
}

export function createScanSink({ repeats, events, source }: ScanSinkOptions): ScanSink {
  const sighting = source === 'camera' ? 'continuous' : 'discrete';
  let lastState: ScannerState | undefined;

  return {
    take(text, atMs) {
      const checked = checkScanText(text);
      if (!checked.ok) {
        // A camera goes on seeing the same bad code; it is told once, like a good one.
        if (sighting === 'discrete' || !repeats.isRepeat(text, sighting)) {
          events.onRejected(checked.reason, Buffer.byteLength(text));
        }
        return;
      }
      if (repeats.isRepeat(checked.text, sighting)) return;
      events.onScan({ text: checked.text, source, atMs });
    },
    state(kind, detail) {
      if (lastState?.kind === kind && lastState.detail === detail) return;
      lastState = { kind, detail };
      events.onState(lastState);
    },
  };
}
