import type { ContractEntry } from '../../ports/operator-store.ts';
import { type ContractCase, findContractVersion } from './find-version.ts';

/** The version that applies, as it was entered. Undefined: no contract. */
export function findContractEntry(entries: readonly ContractEntry[], wanted: ContractCase): ContractEntry | undefined {
  const found = findContractVersion(
    entries.map(({ contract }) => contract),
    wanted,
  );
  return found && entries.find(({ contract }) => contract === found);
}
