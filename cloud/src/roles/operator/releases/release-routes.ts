import {
  DeviceReleaseListSchema,
  PercentBodySchema,
  ReleaseBodySchema,
  ReleaseListSchema,
  ReleaseParamsSchema,
  ReleaseRowSchema,
  RolloutBodySchema,
  RolloutDetailSchema,
  RolloutListSchema,
  RolloutParamsSchema,
} from '@scanpay/shared/api/release.ts';
import type { ReleaseStore } from '../../../ports/release-store.ts';
import type { RoleApp } from '../../common/role-app.ts';
import { refusals, unwrap } from '../routes/unwrap.ts';
import type { ReleaseDesk } from './release-desk.ts';
import type { RolloutDesk } from './rollout-desk.ts';

export interface ReleaseRouteParts {
  releases: ReleaseDesk;
  rollouts: RolloutDesk;
  store: Pick<ReleaseStore, 'listDeviceReleases'>;
}

const tags = ['staff'];
const binary = 'application/octet-stream';

/** For the operator's staff: releases, who gets them when, and what became of it. */
export function addReleaseRoutes(app: RoleApp, parts: ReleaseRouteParts): void {
  addArtifactRoutes(app, parts);
  addRolloutRoutes(app, parts);
  const { store } = parts;
  app.get(
    '/v1/device-releases',
    { schema: { summary: 'What every box runs', tags, response: { 200: DeviceReleaseListSchema } } },
    async () => ({ devices: await store.listDeviceReleases() }),
  );
}

function addArtifactRoutes(app: RoleApp, { releases }: ReleaseRouteParts): void {
  app.get(
    '/v1/releases',
    { schema: { summary: 'Releases on record, newest first', tags, response: { 200: ReleaseListSchema } } },
    async () => ({ releases: await releases.list() }),
  );
  app.post(
    '/v1/releases',
    {
      schema: {
        summary: 'Enter a release by its signed manifest; its artifact is uploaded then',
        tags,
        body: ReleaseBodySchema,
        response: { 200: ReleaseRowSchema, ...refusals },
      },
    },
    async ({ body }) => unwrap(await releases.add(body.manifestJws)),
  );
  app.post(
    '/v1/releases/:version/:arch/removal',
    {
      schema: {
        summary: 'Delete a release that no open rollout needs',
        tags,
        params: ReleaseParamsSchema,
        response: { 200: ReleaseParamsSchema, ...refusals },
      },
    },
    async ({ params }) => {
      unwrap(await releases.remove(params.version, params.arch));
      return params;
    },
  );
  // A content type of its own, and no other; the routes around it go on taking nothing but JSON.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(binary, (_request, payload, done) => done(null, payload));
    scope.put<{ Params: { version: string; arch: 'arm64' | 'amd64' }; Body: NodeJS.ReadableStream }>(
      '/v1/releases/:version/:arch/artifact',
      {
        bodyLimit: Number.MAX_SAFE_INTEGER,
        schema: {
          summary: 'Upload the artifact: exactly the bytes that were signed',
          tags,
          consumes: [binary],
          params: ReleaseParamsSchema,
          response: { 200: ReleaseRowSchema, ...refusals },
        },
      },
      async ({ params: { version, arch }, body }) =>
        unwrap(await releases.upload(version, arch, body as unknown as AsyncIterable<Uint8Array>)),
    );
  });
}

function addRolloutRoutes(app: RoleApp, { rollouts }: ReleaseRouteParts): void {
  const params = RolloutParamsSchema;
  const response = { 200: RolloutDetailSchema, ...refusals };
  app.get(
    '/v1/rollouts',
    { schema: { summary: 'Rollouts, newest first', tags, response: { 200: RolloutListSchema } } },
    async () => ({ rollouts: await rollouts.list() }),
  );
  app.get(
    '/v1/rollouts/:rolloutId',
    { schema: { summary: 'A rollout, box by box', tags, params, response } },
    async (request) => unwrap(await rollouts.detail(request.params.rolloutId)),
  );
  app.post(
    '/v1/rollouts',
    { schema: { summary: 'Begin a rollout; one is open at a time', tags, body: RolloutBodySchema, response } },
    async ({ body }) => unwrap(await rollouts.begin(body)),
  );
  const acts = {
    pause: 'Tell no more boxes; those that were told go on',
    resume: 'Go on telling boxes',
    abort: 'End it: those that have not changed over are called off',
  } as const;
  for (const act of ['pause', 'resume', 'abort'] as const) {
    app.post(
      `/v1/rollouts/:rolloutId/${act}`,
      { schema: { summary: acts[act], tags, params, response } },
      async (request) => unwrap(await rollouts[act](request.params.rolloutId)),
    );
  }
  app.post(
    '/v1/rollouts/:rolloutId/percent',
    { schema: { summary: 'Widen it to more boxes', tags, params, body: PercentBodySchema, response } },
    async (request) => unwrap(await rollouts.widen(request.params.rolloutId, request.body.percent)),
  );
}
