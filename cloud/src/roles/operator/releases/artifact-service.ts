import fastifyStatic from '@fastify/static';
import { ReleaseParamsSchema } from '@scanpay/shared/api/release.ts';
import { refuse } from '@scanpay/shared/errors.ts';
import type { ReleaseFiles } from '../../../ports/release-files.ts';
import type { RoleApp } from '../../common/role-app.ts';
import { refusals, unwrap } from '../routes/unwrap.ts';

/**
 * Where boxes download: by ranges, on the service they enrol at. It asks for no certificate, for the updater of a box has
 * none: what is a release, its signature says, and nothing in it is secret.
 */
export function addArtifactService(app: RoleApp, files: ReleaseFiles, maxDownloads: number): void {
  let underWay = 0;
  void app.register(fastifyStatic, { root: files.folder, serve: false, cacheControl: false });
  app.get(
    '/v1/releases/:version/:arch/artifact',
    {
      schema: {
        summary: 'A release as it was signed, whole or by ranges (RFC 9110 §14)',
        tags: ['box'],
        params: ReleaseParamsSchema,
        response: { ...refusals },
      },
    },
    async (request, reply) => {
      const { version, arch } = request.params;
      if (!files.has(version, arch)) return unwrap(refuse('not_found'));
      if (underWay >= maxDownloads) return unwrap(refuse('rate_limited', 'too many downloads at once'));
      underWay += 1;
      reply.raw.once('close', () => {
        underWay -= 1;
      });
      await reply.type('application/gzip').sendFile(files.nameOf(version, arch));
      return reply;
    },
  );
}
