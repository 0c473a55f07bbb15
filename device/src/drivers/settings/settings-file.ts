import { type SettingsStore, StoredSettingsSchema } from '../../ports/settings-store.ts';
import { createJsonFileReader, replaceJsonFile } from '../common/json-file.ts';

/** The operator's settings in a file beside the journal. */
export function createSettingsFile(path: string): SettingsStore {
  const read = createJsonFileReader(StoredSettingsSchema);
  return { read: () => read(path), write: (stored) => replaceJsonFile(path, stored) };
}
