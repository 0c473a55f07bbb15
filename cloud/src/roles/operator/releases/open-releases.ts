import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { DeviceId, IdMaker } from '@scanpay/shared/ids.ts';
import type { ReleaseArch } from '@scanpay/shared/release/manifest.ts';
import { importVerifyKeys } from '@scanpay/shared/wire/message-key.ts';
import type { WantedRelease } from '@scanpay/shared/wire/release-messages.ts';
import type { OperatorConfigSection } from '../../../config.ts';
import type { Log } from '../../../ports/log.ts';
import type { ReleaseFiles } from '../../../ports/release-files.ts';
import type { ReleaseStore } from '../../../ports/release-store.ts';
import type { RoleApp } from '../../common/role-app.ts';
import type { DevicePost } from '../device-post.ts';
import { addArtifactService } from './artifact-service.ts';
import { createReleaseDesk } from './release-desk.ts';
import { addReleaseRoutes } from './release-routes.ts';
import { createRolloutDesk, type UpdateFailure } from './rollout-desk.ts';
import { createRolloutTeller } from './rollout-teller.ts';

export interface ReleaseParts {
  store: ReleaseStore;
  files: ReleaseFiles;
  /** Where boxes download; undefined or empty: nowhere, or not up yet. */
  enrolmentUrl(): string | undefined;
  send: DevicePost['deliver'];
  ids: Pick<IdMaker, 'messageId'>;
  scheduler: Scheduler;
  /** Hears of each box that did not take a release, once per rollout. */
  onUpdateFailed?(failure: UpdateFailure): void;
  log: Log;
}

/** Releases and rollouts, put together. */
export function openReleases(config: OperatorConfigSection['releases'], parts: ReleaseParts) {
  const { store, files, scheduler, log } = parts;
  const releaseKeys = importVerifyKeys(config.keys);
  const releases = createReleaseDesk({ store, files, releaseKeys, limits: config, clock: scheduler });
  const artifactUrl = (version: string, arch: ReleaseArch): string | undefined => {
    const url = parts.enrolmentUrl() ?? '';
    return url === '' ? undefined : `${url}/v1/releases/${version}/${arch}/artifact`;
  };
  /** Null: nothing is wanted any more. */
  const send = (deviceId: DeviceId, release: WantedRelease | null): Promise<void> =>
    parts.send(deviceId, 'release', { type: 'release.desired', release });
  const teller = createRolloutTeller({ store, releases, send, artifactUrl, clock: scheduler, log });
  const onUpdateFailed = parts.onUpdateFailed ?? (() => undefined);
  const rollouts = createRolloutDesk({ ...parts, releases, teller, onUpdateFailed });
  return {
    takeReport: rollouts.takeReport,
    boxOnline: rollouts.boxOnline,
    /** For the staff. */
    addRoutes: (app: RoleApp): void => addReleaseRoutes(app, { ...parts, releases, rollouts }),
    /** For the boxes. */
    addService: (app: RoleApp): void => addArtifactService(app, files, config.maxDownloads),
    start: rollouts.start,
    stop: rollouts.stop,
  };
}
