/** A message as the phone shows it. */
export interface ReceivedMms {
  /** 1, 2, 3 … per phone, in order of arrival. */
  number: number;
  subject: string;
  text: string;
  hasJpeg: boolean;
  receivedAtMs: number;
}

/** What has arrived at the phones that the local outbox stands for. */
export interface MmsInbox {
  /** Phones that have got anything, in order. */
  listMobiles(): Promise<string[]>;
  /** The newest messages of a phone, newest first; none for an unknown phone. */
  listMessages(mobile: string): Promise<ReceivedMms[]>;
  /** Undefined: no such message, or it has no picture. */
  readJpeg(mobile: string, number: number): Promise<Buffer | undefined>;
}
