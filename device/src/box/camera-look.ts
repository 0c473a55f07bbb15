import type { Clock } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { adviseLook } from '../core/camera/advise-look.ts';
import type { Camera, CameraState, CodeHolds } from '../ports/camera.ts';
import type { PictureReader } from '../ports/picture-reader.ts';

export interface CameraLookDeps {
  clock: Clock;
  scanner: { state(): CameraState; withCameraFree<T>(task: () => Promise<T>): Promise<T> };
  /** The scanner's own reader, idle while the camera is free. */
  pictures: Pick<PictureReader, 'start' | 'inspect'>;
  takeStill(): Promise<Result<Uint8Array>>;
  judgeText(text: string): CodeHolds;
}

/** A scanning camera for whoever aims it: the picture is worth having even when nothing can look for codes in it. */
export function createCameraLook({ clock, scanner, pictures, takeStill, judgeText }: CameraLookDeps): Camera {
  return {
    state: scanner.state,
    look: () =>
      scanner.withCameraFree(async () => {
        const still = await takeStill();
        if (!still.ok) return still;
        const jpeg = still.value;
        const takenAtMs = clock.nowMs();
        await pictures.start().catch(() => undefined);
        const found = await pictures.inspect(jpeg);
        if (found.kind === 'no-picture') return refuse('camera_failed', 'the camera program made no whole JPEG');
        if (found.kind !== 'inspected') return accept({ jpeg, takenAtMs, seen: null });
        const { widthPx, heightPx, meanLuma } = found;
        const symbols = found.symbols.map(({ format, text, modulePx }) => ({
          format,
          holds: judgeText(text),
          modulePx,
        }));
        const hints = adviseLook({ meanLuma, symbols });
        return accept({ jpeg, takenAtMs, seen: { widthPx, heightPx, meanLuma, hints, symbols } });
      }),
  };
}
