import { fileURLToPath } from 'node:url';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { type SetUpView, SetUpViewSchema } from '@scanpay/shared/api/set-up.ts';
import { toErrorBody } from '@scanpay/shared/errors.ts';
import type { FastifyInstance } from 'fastify';
import { createPageApp } from '../page-app.ts';

const webRoot = fileURLToPath(new URL('./web/', import.meta.url));

/**
 * The page of a box without identity, in the counter page's place. It only tells: nothing can be ordered by it, for
 * nobody is known here yet.
 */
export function createSetUpServer(deps: {
  view(): SetUpView;
  host: string;
  port: number;
  onInternalError(error: Error): void;
}) {
  const app = createPageApp({ webRoot, onInternalError: deps.onInternalError });
  addSetUpRoutes(app, deps.view);
  return {
    /** The address it listens on, e.g. `http://127.0.0.1:8080`. */
    start: (): Promise<string> => app.listen({ host: deps.host, port: deps.port }),
    stop: (): Promise<void> => app.close(),
  };
}

const tags = ['set-up'];

export function addSetUpRoutes(instance: FastifyInstance, view: () => SetUpView): void {
  instance.setValidatorCompiler(TypeBoxValidatorCompiler);
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/api/set-up',
    { schema: { tags, summary: 'How far the set-up has come', response: { 200: SetUpViewSchema } } },
    async () => view(),
  );
  // Who asks for the counter is told why there is none.
  app.get(
    '/api/state',
    { schema: { tags, summary: 'No counter yet: identity_missing', response: { 503: ErrorBodySchema } } },
    async (_request, reply) => reply.code(503).send(toErrorBody('identity_missing')),
  );
}
