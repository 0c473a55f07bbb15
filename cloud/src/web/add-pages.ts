import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
// Only for the type of `schema.hide`: pages are no part of the API's description.
import type {} from '@fastify/swagger';
import type { RoleApp } from '../roles/common/role-app.ts';
import { putHead, putPlace } from './page-head.ts';
import type { WebPage } from './pages.ts';

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
 * Serves pages as they stand on disk, but for the head, which a family of pages has in common; with what all of them
 * share. Once per app, before it listens.
 */
export function addPages(app: RoleApp, pages: readonly WebPage[]): void {
  addFiles(app, [sharedWeb, koreanFont, frame, ...pages.filter(({ isOpen }) => isOpen === true).map(filesOf)], true);
  addFiles(app, pages.filter(({ isOpen }) => isOpen !== true).map(filesOf), false);
  for (const page of pages) addPage(app, page);
}

const filesOf = ({ folder }: Pick<WebPage, 'folder'>): FastifyStaticOptions => ({
  prefix: `/${folder}/`,
  root: fileURLToPath(new URL(`./${folder}/`, import.meta.url)),
  index: false,
});
/** What the pages of a family have in common. */
const frame = filesOf({ folder: 'frame' });

/** In a scope of its own: the plugin takes no `config` for its routes. */
function addFiles(app: RoleApp, folders: FastifyStaticOptions[], areOpen: boolean): void {
  app.register(async (scope) => {
    if (areOpen) {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: 'open' };
      });
    }
    for (const files of folders) scope.register(fastifyStatic, { ...files, decorateReply: false });
  });
}

function addPage(app: RoleApp, { path, folder, isOpen, scripts = {}, family, under, place }: WebPage): void {
  const options = { schema: { hide: true }, ...(isOpen === true ? { config: { access: 'open' } as const } : {}) };
  const file = readFileSync(new URL(`./${folder}/index.html`, import.meta.url), 'utf8');
  const placed = place === undefined ? file : putPlace(file, place);
  const html = family === undefined ? placed : putHead(placed, family, under ?? path, under === undefined);
  app.get(path, options, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html),
  );
  for (const [name, url] of Object.entries(scripts)) {
    const script = readFileSync(fileURLToPath(url), 'utf8');
    app.get(`/${folder}/${name}`, options, async (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(script),
    );
  }
}
