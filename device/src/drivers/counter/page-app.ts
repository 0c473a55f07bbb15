import { isIPv4 } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import { answerParserError, toErrorAnswer } from '@scanpay/shared/api/http-errors.ts';
import { ScanPayError, toErrorBody } from '@scanpay/shared/errors.ts';
import Fastify, { type FastifyError, type FastifyReply } from 'fastify';

const folderOf = (url: string): string => dirname(fileURLToPath(url));
/** Named as in the repository: a page's relative import then means the same to the browser as to the type checker. */
const sharedWeb = { prefix: '/shared/src/web/', root: folderOf(import.meta.resolve('@scanpay/shared/web/base.css')) };
const koreanFont = {
  prefix: '/fonts/noto-sans-kr/',
  root: folderOf(import.meta.resolve('@fontsource-variable/noto-sans-kr/index.css')),
  allowedPath: (path: string) => /^\/(index\.css|files\/[a-z0-9-]+\.woff2)$/u.test(path),
  maxAge: '30d',
};

/**
 * A server for a page of the box, with what both of its pages need. Requests that change something must be JSON from the
 * page's own origin, so that no other page open in that browser can sell or cancel.
 */
export function createPageApp(deps: {
  webRoot: string;
  /** Told of what no request should cause; its sender reads only `internal`. */
  onInternalError(error: Error): void;
}) {
  const app = Fastify({
    logger: false,
    bodyLimit: 16 * 1024,
    requestTimeout: 15_000,
    connectionTimeout: 60_000,
    forceCloseConnections: true,
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerParserError,
  });
  app.removeContentTypeParser('text/plain');
  app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        frameAncestors: ["'self'"],
      },
    },
    hsts: false,
  });
  app.addHook('onRequest', async ({ method, headers: { origin, host = '' } }) => {
    if (!isLocalName(host)) throw new ScanPayError('device_mismatch', 'not a name of this box');
    if (method !== 'GET' && origin !== undefined && URL.parse(origin)?.host !== host) {
      throw new ScanPayError('device_mismatch', 'another page may not act on this box');
    }
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(toErrorBody('not_found')));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const { status, body } = toErrorAnswer(error);
    if (body.code === 'internal') deps.onInternalError(error);
    return reply.code(status).send(body);
  });
  app.register(fastifyStatic, { root: deps.webRoot });
  for (const files of [sharedWeb, koreanFont]) app.register(fastifyStatic, { ...files, decorateReply: false });
  return app;
}

/** A path that is none, which never reaches the error handler. */
function answerUnroutable(error: FastifyError, _request: unknown, reply: unknown): void {
  const { status, body } = toErrorAnswer(error);
  (reply as FastifyReply).code(status).send(body);
}

/**
 * An address, or a name that only the local network can give. Under a public name, somebody's page could have been
 * pointed at this box after it was loaded (DNS rebinding), and would count as the box's own.
 */
function isLocalName(host: string): boolean {
  const name = URL.parse(`http://${host}`)?.hostname;
  if (name === undefined) return false;
  if (name.startsWith('[') || isIPv4(name)) return true;
  return !name.includes('.') || /\.(local|lan|internal|home\.arpa)$/u.test(name);
}
