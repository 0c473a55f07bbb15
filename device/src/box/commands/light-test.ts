import { accept, refuse } from '@scanpay/shared/errors.ts';
import type { Light } from '../../ports/light.ts';
import { type LightPattern, lightPatterns } from '../../ports/light-patterns.ts';
import type { CommandRunner } from './command-runner.ts';

/** Long enough to tell a colour, and the slowest rhythm's first beat. */
const showMs = 700;

export interface LightTest {
  /** Resolves after this, or when the box stops. */
  pause(ms: number): Promise<void>;
  light: Pick<Light, 'show' | 'state'>;
  /** Nothing is going on that a clerk could misread the lamp for. */
  isIdle(): boolean;
  /** What the lamp is to show outside of the test. */
  ownPattern(): LightPattern;
}

export const runLightTest = ({ pause, light, isIdle, ownPattern }: LightTest): CommandRunner => ({
  kind: 'light-test',
  check: () => (isIdle() ? accept(undefined) : refuse('payment_open')),
  async run() {
    const { driver } = light.state();
    if (driver === 'none') return refuse('command_unsupported', 'this box has no lamp');
    let shown = 0;
    for (const pattern of Object.keys(lightPatterns) as LightPattern[]) {
      // A sale comes first: the lamp is its own again.
      if (!isIdle()) break;
      light.show(pattern);
      shown += 1;
      await pause(showMs);
    }
    light.show(ownPattern());
    return accept({ result: { shown, driver } });
  },
});
