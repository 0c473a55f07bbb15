/** One static check: a program of node_modules or a script, and its arguments. */
export interface CheckStep {
  name: string;
  args: readonly string[];
}

const bin = (program: string): string => `node_modules/.bin/${program}`;
const workspaces = ['shared', 'device', 'cloud', 'provisioning'];

/** Everything that must hold before a test is run, each in its own process, from the root. */
export const checkSteps: readonly CheckStep[] = [
  { name: 'format and lint (biome)', args: [bin('biome'), 'check', '--error-on-warnings', '--max-diagnostics=50'] },
  { name: 'types (tsc)', args: [bin('tsc'), '-p', 'tsconfig.json'] },
  { name: 'types of browser code (tsc)', args: [bin('tsc'), '-p', 'tsconfig.web.json'] },
  {
    name: 'direction of imports (dependency-cruiser)',
    args: [bin('depcruise'), '--config', '.dependency-cruiser.cjs', ...workspaces, 'vitest.config.ts'],
  },
  { name: 'generated documents (AsyncAPI, OpenAPI)', args: ['provisioning/src/docs/main.ts', '--check'] },
  { name: 'nothing unused (knip)', args: [bin('knip'), '--no-progress'] },
];
