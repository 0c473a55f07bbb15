import Type from 'typebox';

/** Three numbers of at most five digits, as in `1.4.0`: they alone order releases, and what follows them says nothing. */
export const ReleaseVersionSchema = Type.String({
  pattern: '^(0|[1-9][0-9]{0,4})\\.(0|[1-9][0-9]{0,4})\\.(0|[1-9][0-9]{0,4})$',
});

/** Negative: `a` is the older one. Both are of the form above. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
