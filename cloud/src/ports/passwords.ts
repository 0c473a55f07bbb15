/** Slow hashes of passwords, each text holding its own salt (PHC string format). */
export interface Passwords {
  /** A hash to keep; twice the same password gives two texts. */
  hash(password: string): Promise<string>;
  /** @throws Error for a text that is no hash of this kind */
  isRight(password: string, hash: string): Promise<boolean>;
  /** No password's, and as much work as a real one. */
  decoyHash: string;
}

/** A hash as `hash` writes it, for configuration schemas. */
export const passwordHashPattern = '^\\$scrypt\\$ln=15,r=8,p=3\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}$';
