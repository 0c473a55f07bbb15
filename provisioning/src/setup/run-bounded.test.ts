import { describe, expect, it } from 'vitest';
import { runBounded } from './run-bounded.mjs';

describe('running a program within a deadline', () => {
  it('returns exit code and output', async () => {
    const result = await runBounded('sh', ['-c', 'echo out; echo err >&2; exit 3'], { deadlineMs: 10_000 });
    expect(result).toMatchObject({ code: 3, timedOut: false });
    expect(result.output).toContain('out\n');
    expect(result.output).toContain('err\n');
  });

  it('kills the program and its children when the deadline passes', async () => {
    // The output pipe stays open as long as any of them lives, so this would not return otherwise.
    const result = await runBounded('sh', ['-c', 'sleep 600 & sleep 600; true'], { deadlineMs: 100 });
    expect(result.timedOut).toBe(true);
    expect(result.code).not.toBe(0);
  });

  it('keeps only the end of a long output', async () => {
    const { output } = await runBounded('sh', ['-c', 'yes | head -c 1000000; echo end'], { deadlineMs: 10_000 });
    expect(output.length).toBeLessThanOrEqual(64 * 1024);
    expect(output.endsWith('end\n')).toBe(true);
  });

  it('has code 127 for a program that is not there', async () => {
    expect(await runBounded('/nowhere/at-all', [], { deadlineMs: 10_000 })).toMatchObject({ code: 127 });
  });
});
