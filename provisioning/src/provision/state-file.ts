import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createParser, strictObject } from '@scanpay/shared/schema.ts';
import Type, { type Static } from 'typebox';
import { Refused } from './refused.ts';
import type { StepState } from './steps.ts';

const StateSchema = strictObject({
  v: Type.Literal(1),
  /** Of what: the command and everything it was asked for. Another order begins anew. */
  order: Type.String(),
  done: Type.Record(
    Type.String(),
    strictObject({ words: Type.String(), facts: Type.Record(Type.String(), Type.Unknown()) }),
  ),
});
type State = Static<typeof StateSchema>;
const parseState = createParser(StateSchema);

/**
 * The steps done, in a file beside the technician's work. `order` names what was asked for: with another one nothing of
 * the file counts. Null: nothing is kept.
 */
export function openStateFile(path: string | null, order: string): StepState {
  const state: State = read(path, order);
  return {
    find: (id) => (Object.hasOwn(state.done, id) ? state.done[id] : undefined),
    markDone(id, { words, facts = {} }) {
      state.done[id] = { words, facts };
      if (path !== null) write(path, JSON.stringify(state, null, 2));
    },
    clear() {
      if (path !== null) rmSync(path, { force: true });
    },
  };
}

function read(path: string | null, order: string): State {
  const fresh: State = { v: 1, order, done: {} };
  if (path === null) return fresh;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return fresh; // None yet.
  }
  const parsed = parseState(parseJson(text));
  if (!parsed.ok) {
    const words = { ko: `상태 파일이 올바르지 않습니다: ${path}`, en: `${path} is no state file of this tool` };
    throw new Refused(words);
  }
  return parsed.value.order === order ? parsed.value : fresh;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The schema says no to it.
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.new`;
  const file = openSync(fresh, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
}
