import type { LightPattern } from './light-patterns.ts';

/** How a lamp is driven: `log` writes its patterns down, `none` has no lamp to drive. */
export type LightDriver = 'onoff' | 'gpioset' | 'leds' | 'log' | 'none';

/** `fault`: the lamp cannot be driven now, and is tried again by itself. English, for the log and the technician. */
export interface LightState {
  kind: 'stopped' | 'ready' | 'fault';
  /** The driver in use; `none` where no driver could take the lamp. */
  driver: LightDriver;
  /** What is driven, e.g. `lines 17, 27, 22 of gpiochip0 (pinctrl-rp1)`, or what is wrong. */
  detail: string;
  /** Drivers tried before this one, and why they would not do here. */
  passedOver: PassedOver[];
}

export interface PassedOver {
  driver: LightDriver;
  reason: string;
}

/**
 * The lamp on the box: what it shows is looked up in `light-patterns.ts`. A lamp that fails stops no payment, for the
 * words on the page are the same: an absent or broken lamp is a state, not an error.
 */
export interface Light {
  /** Takes hold of the lamp, dark until told otherwise. Resolves when the first try has ended, well or badly. */
  start(): Promise<void>;
  /** Shows the pattern until the next call. Before `start()` it is remembered; the same again does not restart it. */
  show(pattern: LightPattern): void;
  /** Dark, and let go. Resolves when no timer and no child process is left. */
  stop(): Promise<void>;
  state(): LightState;
}

/** Told of every change of state, not of every repetition. */
export type LightStateListener = (state: LightState) => void;
