/** Whoever started this program as a service and watches over it: systemd, by the words of sd_notify(3). */
export interface ServiceManager {
  /** The program is ended and started again when it stays silent for this long; undefined: nobody waits for its word. */
  readonly watchdogMs: number | undefined;
  /** Never rejects: a program does not fail for want of someone to tell. */
  tell(words: ServiceWords): Promise<void>;
}

export interface ServiceWords {
  /** `ready`: at work. `stopping`: about to end. `alive`: looked at, and well; the watchdog's next term begins. */
  state?: 'ready' | 'stopping' | 'alive';
  /** One line for people, as `systemctl status` shows it. */
  status?: string;
}

/** Looks at a program's vital parts. Undefined: all is well; else what is not, in one line. */
export type HealthCheck = () => Promise<string | undefined>;
