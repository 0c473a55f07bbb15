import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
// Only for the type of `schema.hide`: pages are no part of the API's description.
import type {} from '@fastify/swagger';
import type { RoleApp } from '../roles/common/role-app.ts';
import { putHead } from './page-head.ts';
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
  const folders = ['frame', ...pages.map(({ folder }) => folder)].map((folder) => ({
    prefix: `/${folder}/`,
    root: fileURLToPath(new URL(`./${folder}/`, import.meta.url)),
    index: false as const,
  }));
  for (const files of [sharedWeb, koreanFont, ...folders]) {
    app.register(fastifyStatic, { ...files, decorateReply: false });
  }
  for (const page of pages) addPage(app, page);
}

function addPage(app: RoleApp, { path, folder, scripts = {}, family, under }: WebPage): void {
  const file = readFileSync(new URL(`./${folder}/index.html`, import.meta.url), 'utf8');
  const html = family === undefined ? file : putHead(file, family, under ?? path, under === undefined);
  app.get(path, { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html),
  );
  for (const [name, url] of Object.entries(scripts)) {
    const script = readFileSync(fileURLToPath(url), 'utf8');
    app.get(`/${folder}/${name}`, { schema: { hide: true } }, async (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(script),
    );
  }
}
