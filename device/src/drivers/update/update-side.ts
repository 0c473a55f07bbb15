import { createBoxSocket, type UpdateDoor } from './box-socket.ts';
import { ownArch, readOwnVersion } from './own-release.ts';
import { createUpdateFolder, type UpdateFolders, updateFiles } from './update-folder.ts';

/** The box's end of what it shares with its updater; without folders there is none, and the box only says what it is. */
export function createUpdateSide(folders: UpdateFolders | null) {
  return {
    version: readOwnVersion(),
    arch: ownArch(),
    desk: folders === null ? null : createUpdateFolder(folders),
    openDoor: (door: UpdateDoor) =>
      folders === null
        ? { start: () => Promise.resolve(), stop: () => Promise.resolve() }
        : createBoxSocket({ path: updateFiles(folders).socket, door }),
  };
}
