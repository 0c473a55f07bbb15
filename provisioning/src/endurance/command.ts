/** Prints lines with the time before them: such runs take long. */
export const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

/** @throws Error when that option is no whole number from 1. */
export function readCount(name: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--${name} is a whole number from 1: ${text}`);
  return count;
}
