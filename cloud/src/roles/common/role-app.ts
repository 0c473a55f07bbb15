import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import { answerParserError, toErrorAnswer } from '@scanpay/shared/api/http-errors.ts';
import { type ErrorCode, toErrorBody } from '@scanpay/shared/errors.ts';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyServerFactory,
} from 'fastify';
import type { StaffMember } from '../../core/staff/staff-roles.ts';
import type { Log } from '../../ports/log.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who signed in; null: nobody was asked to. */
    staff: StaffMember | null;
  }
}

/** Largest body of an ordinary call; statements raise it for their own route. */
const bodyLimitBytes = 64 * 1024;

const staffSignIn = {
  type: 'http',
  scheme: 'basic',
  description:
    'Name and password of the staff, where the configuration names any. Without: 401; with too small a role: 403; after ' +
    'too many wrong ones: 429.',
} as const;

export type RoleApp = ReturnType<typeof createRoleApp>;

/** The Fastify instance every role starts from: one error shape, bounded bodies and times, safe headers. */
export function createRoleApp(options: {
  title: string;
  log: Log;
  /** Some of its routes are for staff: `guardStaff`. */
  staffMaySignIn?: boolean;
  /** Another server than plain HTTP; it sets its own deadlines. */
  serverFactory?: FastifyServerFactory;
}) {
  const app = Fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    forceCloseConnections: true,
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerParserError,
    ...(options.serverFactory === undefined ? {} : { serverFactory: options.serverFactory }),
  }).withTypeProvider<TypeBoxTypeProvider>();
  // Bodies are JSON. A page elsewhere could send plain text without asking the browser's leave.
  app.removeContentTypeParser('text/plain');
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
    openapi: {
      openapi: '3.1.0',
      info: { title: options.title, version: '1.0.0' },
      ...(options.staffMaySignIn === true ? { components: { securitySchemes: { staff: staffSignIn } } } : {}),
    },
  });
  app.decorateRequest('staff', null);
  answerErrors(app as unknown as FastifyInstance, options.log);
  return app;
}

/** A path that is none, which never reaches the error handler. */
function answerUnroutable(error: FastifyError, _request: unknown, reply: unknown): void {
  const { status, body } = toErrorAnswer(error);
  (reply as FastifyReply).code(status).send(body);
}

/** What somebody has to look after; other refusals are the caller's own business. */
const reportedCodes: ReadonlySet<ErrorCode> = new Set(['internal', 'database_unavailable', 'configuration']);

function answerErrors(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(toErrorBody('not_found')));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, body } = toErrorAnswer(error);
    if (reportedCodes.has(body.code)) log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    return reply.code(status).send(body);
  });
}
