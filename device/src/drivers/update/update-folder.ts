import { join } from 'node:path';
import { type UpdateDesk, UpdateRequestSchema, UpdateStateSchema } from '../../ports/update.ts';
import { replaceFile } from '../common/replace-file.ts';
import { createJsonReader } from './json-file.ts';

/** Each may write in its own folder only, and reads in the other's: nothing in them is secret. */
export interface UpdateFolders {
  /** The box's: /var/lib/scanpay-updates. */
  box: string;
  /** The updater's: /var/lib/scanpay-updater. What it knows of earlier releases, a box that was broken into cannot change. */
  updater: string;
}

export const updateFiles = (folders: UpdateFolders) => ({
  request: join(folders.box, 'request.json'),
  socket: join(folders.box, 'box.sock'),
  state: join(folders.updater, 'state.json'),
  /** Written, and whoever may restart the box does. */
  restart: join(folders.updater, 'restart'),
});

const readable = { fileMode: 0o644, folderMode: 0o755 };

export function createUpdateFolder(folders: UpdateFolders): UpdateDesk {
  const files = updateFiles(folders);
  return {
    readRequest: createJsonReader(files.request, UpdateRequestSchema),
    writeRequest: (request) => replaceFile(files.request, JSON.stringify(request), readable),
    readState: createJsonReader(files.state, UpdateStateSchema),
  };
}
