import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import { type ErrorCode, errorTable, ScanPayError, toErrorBody } from '@scanpay/shared/errors.ts';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Log } from '../../ports/log.ts';

/** Largest body of an ordinary call; statements raise it for their own route. */
export const bodyLimitBytes = 64 * 1024;

export type RoleApp = ReturnType<typeof createRoleApp>;

/** The Fastify instance every role starts from: one error shape, bounded bodies and times, safe headers. */
export function createRoleApp(options: { title: string; log: Log }) {
  const app = Fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    forceCloseConnections: true,
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        objectSrc: ["'none'"],
        frameAncestors: ["'self'"],
      },
    },
    hsts: false,
  });
  // Collects what the routes declare; `app.swagger()` is the OpenAPI document that the docs are made from.
  app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: options.title, version: '1.0.0' } },
  });
  answerErrors(app as unknown as FastifyInstance, options.log);
  return app;
}

function answerErrors(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(toErrorBody('not_found')));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const code = toErrorCode(error);
    if (code === 'internal') log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    const detail = error instanceof ScanPayError ? error.detail : describeClientError(error, code);
    return reply.code(errorTable[code].http).send(toErrorBody(code, detail));
  });
}

function toErrorCode(error: FastifyError): ErrorCode {
  if (error instanceof ScanPayError) return error.code;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'too_large';
  if (error.statusCode === 429) return 'rate_limited';
  if (error.validation !== undefined || (error.statusCode ?? 500) < 500) return 'invalid_input';
  return 'internal';
}

/** Names the field, never repeats its value: it may be a card number. */
function describeClientError(error: FastifyError, code: ErrorCode): string {
  if (code !== 'invalid_input') return '';
  const first = error.validation?.[0];
  return first === undefined
    ? error.code
    : `${error.validationContext ?? 'body'}${first.instancePath}: ${first.message ?? ''}`;
}
