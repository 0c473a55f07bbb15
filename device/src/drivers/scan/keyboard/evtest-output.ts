/** A key that went down (`1`), up (`0`) or repeats (`2`); `code` as in linux/input-event-codes.h. */
export interface KeyEvent {
  code: number;
  value: 0 | 1 | 2;
}

/** One line that `evtest` prints about a device: from `testing` on its events follow, unless it is `grabbed`. */
export type EvtestLine = { kind: 'key'; key: KeyEvent } | { kind: 'testing' } | { kind: 'grabbed' } | { kind: 'other' };

/** Longest line of `evtest` that says something here; names of devices may be longer. */
export const maxEvtestLineBytes = 512;

const keyLine = /^Event: time [\d.]+, type 1 \(EV_KEY\), code (\d{1,3}) \([^)]*\), value ([012])$/;

/** Reads a line of `evtest` 1.30 and later. What it prints of scan codes, LEDs and reports is of no use here. */
export function readEvtestLine(line: string): EvtestLine {
  const [, code, value] = keyLine.exec(line) ?? [];
  if (code !== undefined)
    return { kind: 'key', key: { code: Number(code), value: Number(value) as KeyEvent['value'] } };
  if (line.startsWith('Testing ...')) return { kind: 'testing' };
  return line.includes('grabbed by another process') ? { kind: 'grabbed' } : { kind: 'other' };
}
