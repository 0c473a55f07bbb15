/** An answer before its signed word is put beside it. */
export type Unproved<Reply> = Reply extends unknown ? Omit<Reply, 'evidenceJws'> : never;
