import type { Command } from './command-queue.ts';
import { createPacedDialect } from './paced-dialect.ts';

const syn = '\u0016';
const bel = '\u0007';
const cr = '\r';

const command = (text: string, pauseMs: number): Command => ({ bytes: Buffer.from(text, 'latin1'), pauseMs });

/** A tone and the silence after it. */
const beep = command(`${syn}${bel}${cr}`, 300);
const beeps = (count: number): Command[] => Array<Command>(count).fill(beep);

/**
 * Honeywell (Voyager, Xenon, Genesis …) on a serial line. As the manuals have it; not tried on hardware.
 *
 * - Trigger: `SYN T CR` and `SYN U CR`, once the scanner is in Manual/Serial Trigger Mode. "Trigger Commands" in the
 *   chapter "Serial Programming Commands" of the user's guides (Xenon 1910: chapter 12; word for word in NCR RealScan
 *   7837, p. 12-4). The trigger closes by itself at a good read or at the scanner's serial trigger time-out. No answer.
 * - Sound: `SYN BEL CR`, one tone, no answer: Honeywell support's knowledge base, as cited by the public driver
 *   HenkVanAsselt/python_hon_usbhid. There is no command for the LED outside Host ACK mode, in which a scanner stops
 *   reading until it is answered; that mode is not used, for a box that is busy must not stop a scanner.
 */
export const honeywellDialect = createPacedDialect({
  signs: {
    approved: beeps(1),
    recheck: beeps(2),
    declined: beeps(3),
    refused: beeps(3),
    unknown: beeps(5),
  },
  openTrigger: command(`${syn}T${cr}`, 50),
  closeTrigger: command(`${syn}U${cr}`, 50),
});
