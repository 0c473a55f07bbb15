/** The story of a world: a running hash of everything that happened, and the last lines for a person to read. */
export interface Chronicle {
  /** `subject`: the payment or the part of the world it is about. */
  write(atMs: number, subject: string, what: string): void;
  hash(): string;
  /** The last lines about this subject, and about the world around it. */
  tell(subject: string | null): string[];
}

interface Line {
  order: number;
  atMs: number;
  subject: string;
  what: string;
}

const maxWorldLines = 400;
const maxSubjectLines = 80;
const maxSubjects = 4_000;
export const worldSubject = 'world';

export function createChronicle(startMs: number): Chronicle {
  const lines = new Map<string, Line[]>();
  let order = 0;
  let high = 0x811c9dc5;
  let low = 0x1b873593;
  const mix = (text: string): void => {
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      high = Math.imul(high ^ unit, 16777619);
      low = Math.imul(low ^ (unit + (high >>> 13)), 2246822519);
    }
  };
  return {
    write(atMs, subject, what) {
      order += 1;
      mix(`${atMs - startMs} ${subject} ${what}\n`);
      const own = lines.get(subject) ?? [];
      if (own.length === 0) {
        lines.set(subject, own);
        const [oldest] = lines.keys();
        if (lines.size > maxSubjects && oldest !== undefined && oldest !== worldSubject) lines.delete(oldest);
      }
      own.push({ order, atMs: atMs - startMs, subject, what });
      if (own.length > (subject === worldSubject ? maxWorldLines : maxSubjectLines)) own.shift();
    },
    hash: () => (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0'),
    tell(subject) {
      const own = subject === null ? [] : (lines.get(subject) ?? []);
      const since = own[0]?.order ?? Math.max(0, order - 150);
      const around = (lines.get(worldSubject) ?? []).filter((line) => line.order >= since);
      return [...own, ...around]
        .sort((one, other) => one.order - other.order)
        .map((line) => `${(line.atMs / 1000).toFixed(3).padStart(9)} s  ${line.what}`);
    },
  };
}
