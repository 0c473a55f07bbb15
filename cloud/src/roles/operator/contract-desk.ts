import type { ContractDraft, ContractVersion } from '@scanpay/shared/api/contract.ts';
import { businessDateAt, type Clock } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { canonicalJson } from '../../core/approve/canonical-json.ts';
import { checkContractVersion, checkNotBegun } from '../../core/contract/check-version.ts';
import type { ContractEntry, OperatorStore } from '../../ports/operator-store.ts';

/** Enters new versions of the contracts with merchants. */
export interface ContractDesk {
  /**
   * Brings along what was agreed before there was this database; known versions are left alone.
   * @throws ScanPayError `configuration` for a version that is known with other terms, or that cannot be.
   */
  seed(versions: readonly ContractVersion[]): Promise<void>;
  /** Refuses with `invalid_input` (the detail names the field), `contract_overlap` or `too_large`. */
  enter(merchantId: MerchantId, draft: ContractDraft): Promise<Result<ContractEntry>>;
}

/** How often another version may be entered at the same moment before something must be wrong. */
const maxOvertaken = 8;

export function createContractDesk(deps: {
  store: Pick<OperatorStore, 'listContracts' | 'addContract' | 'openDateFrom'>;
  clock: Clock;
}): ContractDesk {
  const { store, clock } = deps;
  const toEntry = (contract: ContractVersion): ContractEntry => ({
    contract,
    digest: sha256Base64Url(canonicalJson(contract)),
    enteredAtMs: clock.nowMs(),
  });
  const seedOne = async (contract: ContractVersion): Promise<void> => {
    const { merchantId, version } = contract;
    const known = await store.listContracts(merchantId);
    const entry = toEntry(contract);
    const same = known.find((each) => each.contract.version === version);
    if (same?.digest === entry.digest) return;
    if (same !== undefined) throw new ScanPayError('configuration', `${merchantId} version ${version}: other terms`);
    const checked = checkContractVersion(contract, toContracts(known));
    if (!checked.ok) {
      throw new ScanPayError('configuration', `${merchantId} version ${version}: ${checked.code} ${checked.detail}`);
    }
    // Another process may have been faster, with the same configuration.
    if (!(await store.addContract(entry))) await seedOne(contract);
  };
  return {
    async seed(versions) {
      for (const version of versions) await seedOne(version);
    },
    async enter(merchantId, draft) {
      for (let round = 0; round < maxOvertaken; round += 1) {
        const known = toContracts(await store.listContracts(merchantId));
        const version = Math.max(0, ...known.map((each) => each.version)) + 1;
        const contract = { merchantId, version, ...draft };
        const checked = checkContractVersion(contract, known);
        if (!checked.ok) return checked;
        const openDate = await store.openDateFrom(businessDateAt(clock.nowMs()));
        const future = checkNotBegun(contract, known, openDate);
        if (!future.ok) return future;
        const entry = toEntry(contract);
        if (await store.addContract(entry)) return accept(entry);
      }
      return refuse('internal', `the contracts of ${merchantId} keep changing`);
    },
  };
}

const toContracts = (entries: readonly ContractEntry[]): ContractVersion[] => entries.map(({ contract }) => contract);
