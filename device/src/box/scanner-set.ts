import type { Scanner, ScannerEvents, ScannerState } from '../ports/scanner.ts';

/** Several scanners as one: ready when any of them is, so that a broken camera does not stop a working gun. */
export function createScannerSet(
  factories: readonly ((events: ScannerEvents) => Scanner)[],
  events: ScannerEvents,
): Scanner {
  const states: ScannerState[] = factories.map(() => ({ kind: 'connecting', detail: '' }));
  const overall = (): ScannerState['kind'] => {
    const kinds = states.map((state) => state.kind);
    if (kinds.includes('ready')) return 'ready';
    return kinds.includes('connecting') ? 'connecting' : 'fault';
  };
  const scanners = factories.map((create, index) =>
    create({
      ...events,
      onState(state) {
        states[index] = state;
        events.onState({ kind: overall(), detail: state.detail });
      },
    }),
  );
  return {
    async start() {
      await Promise.all(scanners.map((scanner) => scanner.start()));
    },
    async stop() {
      await Promise.all(scanners.map((scanner) => scanner.stop()));
    },
    // Whichever of them the clerk holds: each gives the sign.
    show(sign) {
      for (const scanner of scanners) scanner.show?.(sign);
    },
    awaitScan(awaiting) {
      for (const scanner of scanners) scanner.awaitScan?.(awaiting);
    },
  };
}
