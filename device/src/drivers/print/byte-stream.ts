/** A line to a printer, as the session needs it: a serial port, a socket, or a test's. */
export interface ByteStream {
  /** Resolves when the system has taken the bytes (back-pressure); rejects when the line is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Lets what was written go out, then closes. Resolves when closed; may take for ever on a stalled line. */
  close(): Promise<void>;
  /** Throws away what has not gone out and closes at once. Resolves when closed. */
  discard(): Promise<void>;
}

export interface ByteStreamListener {
  onBytes(bytes: Uint8Array): void;
  /** The line is gone, for whatever reason; called once, also after `close` and `discard`. */
  onClose(reason: string): void;
}

/**
 * Opens the line. When `signal` fires the attempt is given up: it rejects, or discards what it has opened.
 * @throws Error with the system's words.
 */
export type OpenByteStream = (listener: ByteStreamListener, signal: AbortSignal) => Promise<ByteStream>;
