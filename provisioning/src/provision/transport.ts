/** What became of a command on the box. */
export interface Outcome {
  /** Null: it could not be run, or was ended at its deadline. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** Written to its standard input. */
  input?: string;
  deadlineMs?: number;
}

/** The way to a box: this machine, or another by ssh. */
export interface Transport {
  /** For people, e.g. `pi@192.168.0.20`. */
  name: string;
  /** Runs a program with these arguments, never through a shell of its own making. Never throws. */
  run(args: readonly [string, ...string[]], options?: RunOptions): Promise<Outcome>;
  /** Copies a file there, whole or not at all. @throws Error that says what went wrong. */
  put(localPath: string, remotePath: string): Promise<void>;
}
