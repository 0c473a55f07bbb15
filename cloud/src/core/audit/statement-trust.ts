import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { Company } from '../../ports/ledger.ts';
import { nextCompany, previousCompany } from '../settle/hops.ts';
import { type DatedKeys, noKeys } from './dated-keys.ts';

/** Whose words on statements are believed. */
export interface StatementTrust {
  ownKeys: DatedKeys;
  /** Keys of who sends the company statements. */
  senderKeys: DatedKeys;
  /** Keys of the company that its statements go to; merchants answer by their boxes. */
  receiverKeys: DatedKeys;
  boxKeys(deviceId: DeviceId): Promise<DatedKeys>;
}

/** A company's neighbours in the chain of settlement. */
export function trustNeighbours(
  company: Company,
  keys: Record<Company, DatedKeys>,
  boxKeys: StatementTrust['boxKeys'],
): StatementTrust {
  const keysOf = (other: Company | null): DatedKeys => (other === null ? noKeys : keys[other]);
  const [sender, receiver] = [previousCompany[company], nextCompany[company]];
  return { ownKeys: keys[company], senderKeys: keysOf(sender), receiverKeys: keysOf(receiver), boxKeys };
}
