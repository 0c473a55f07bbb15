import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { createDice } from './dice.ts';
import { createDisk } from './disk.ts';
import { createProcess } from './process.ts';
import { createTimeline } from './timeline.ts';

const nothing = (): void => undefined;

it('throws the same dice for the same seed, and others for another or for a fork', () => {
  const throwAll = (seed: string, fork?: string) => {
    const dice = fork === undefined ? createDice(seed) : createDice(seed).fork(fork);
    return Array.from({ length: 20 }, () => dice.between(1, 1_000_000));
  };
  expect(throwAll('a')).toEqual(throwAll('a'));
  expect(throwAll('a', 'x')).toEqual(throwAll('a', 'x'));
  expect(new Set([...throwAll('a'), ...throwAll('b'), ...throwAll('a', 'x'), ...throwAll('a', 'y')]).size).toBe(80);
});

it('covers the whole range of the dice, ends included', () => {
  const dice = createDice(1);
  const seen = new Set(Array.from({ length: 500 }, () => dice.between(-2, 2)));
  expect([...seen].sort((one, other) => one - other)).toEqual([-2, -1, 0, 1, 2]);
  expect(dice.bytes(7)).toHaveLength(7);
});

it('runs tasks in order of time, then of asking, and lets promises run out between them', async () => {
  const timeline = createTimeline(1_000);
  const order: string[] = [];
  timeline.after(20, () => order.push('third'));
  timeline.after(10, () => {
    order.push('first');
    void Promise.resolve()
      .then(() => Promise.resolve())
      .then(() => order.push('after first'));
  });
  timeline.after(10, () => order.push('second'));
  const cancel = timeline.after(15, () => order.push('never'));
  cancel();
  while (await timeline.step(1_019));
  expect(order).toEqual(['first', 'after first', 'second']);
  expect(timeline.nowMs()).toBe(1_019);
  await timeline.step();
  expect(order.at(-1)).toBe('third');
  expect(timeline.nowMs()).toBe(1_020);
});

it('ends timers, calls and answers of a process with it', async () => {
  const timeline = createTimeline(0);
  const life = createProcess('box', timeline);
  const order: string[] = [];
  const port = life.guard({ ask: () => new Promise<string>((resolve) => timeline.after(10, () => resolve('late'))) });
  life.scheduler.after(10, () => order.push('timer'));
  void port.ask().then((answer) => order.push(answer));
  life.kill();
  void port.ask().then((answer) => order.push(answer));
  while (await timeline.step(100));
  expect(order).toEqual([]);
});

/** A disk with one table, and a life that can be cut short at a commit. */
function diskOf() {
  const timeline = createTimeline(0);
  const life = createProcess('box', timeline);
  const commits = { count: 0 };
  const disk = createDisk(null, { onCommit: () => void commits.count++, onPowerCut: () => life.kill() });
  disk.connection.exec('CREATE TABLE notes (text TEXT)');
  const attached = disk.attach(life);
  const run = (sql: string) => attached.prepare(sql).run([]);
  const texts = () =>
    disk.connection
      .prepare<[], { text: string }>('SELECT text FROM notes')
      .all()
      .map(({ text }) => text);
  return { disk, life, run, texts, commits };
}

it.each([
  ['before', []],
  ['after', ['a']],
] as const)('loses what was not committed when the power goes %s a commit', (fate, left) => {
  const { disk, life, run, texts } = diskOf();
  disk.arm(0, fate);
  run('begin');
  run(`INSERT INTO notes VALUES ('a')`);
  expect(() => run('commit')).toThrow('box is dead');
  expect(life.isAlive()).toBe(false);
  expect(disk.connection.inTransaction).toBe(false);
  expect(texts()).toEqual(left);
  expect(() => run(`INSERT INTO notes VALUES ('b')`)).toThrow('box is dead');
});

it('fails a commit for want of room and lives on', () => {
  const { disk, life, run, texts, commits } = diskOf();
  disk.arm(1, 'fail');
  run(`INSERT INTO notes VALUES ('a')`);
  expect(() => run(`INSERT INTO notes VALUES ('b')`)).toThrow('full');
  run(`INSERT INTO notes VALUES ('c')`);
  expect(life.isAlive()).toBe(true);
  expect(texts()).toEqual(['a', 'c']);
  expect(commits.count).toBe(2);
});

it('begins where an image ends', () => {
  const before = new Database(':memory:');
  before.exec(`CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('kept')`);
  const disk = createDisk(before.serialize(), { onCommit: nothing, onPowerCut: nothing });
  expect(disk.connection.prepare('SELECT text FROM notes').all()).toEqual([{ text: 'kept' }]);
});
