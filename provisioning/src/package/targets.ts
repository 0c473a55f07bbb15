/** An architecture that is packaged for. */
export interface Target {
  /** As Debian calls it. */
  debianName: 'arm64' | 'amd64';
  /** As Node and npm call it (`process.arch`). */
  npmCpu: 'arm64' | 'x64';
  /** As GNU calls it; compiler and strip of Debian carry it in front of their names. */
  gnuTriplet: string;
}

const targets: readonly Target[] = [
  { debianName: 'arm64', npmCpu: 'arm64', gnuTriplet: 'aarch64-linux-gnu' },
  { debianName: 'amd64', npmCpu: 'x64', gnuTriplet: 'x86_64-linux-gnu' },
];

/** The target of that Debian name, or undefined. */
export const findTarget = (debianName: string): Target | undefined =>
  targets.find((target) => target.debianName === debianName);
