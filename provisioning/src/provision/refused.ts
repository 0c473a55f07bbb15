/** Why a command cannot go on, in words for the technician. Exit codes: see `usage.ts`. */
export class Refused extends Error {
  readonly exitCode: 1 | 3;
  /** Korean, beside the English of `message`. */
  readonly ko: string;

  constructor(words: { ko: string; en: string }, { exitCode = 1, cause }: { exitCode?: 1 | 3; cause?: unknown } = {}) {
    super(words.en, { cause });
    this.name = 'Refused';
    this.ko = words.ko;
    this.exitCode = exitCode;
  }
}
