import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import swagger from '@fastify/swagger';
import { CloudConfigSchema } from '@scanpay/cloud/config.ts';
import { openSqliteFile } from '@scanpay/cloud/drivers/sql/database.ts';
import { setUpCard } from '@scanpay/cloud/roles/card/main.ts';
import { setUpOperator } from '@scanpay/cloud/roles/operator/main.ts';
import { setUpPg } from '@scanpay/cloud/roles/pg/main.ts';
import { addCounterRoutes } from '@scanpay/device/drivers/counter/counter-routes.ts';
import { addSetUpRoutes } from '@scanpay/device/drivers/counter/set-up/set-up-server.ts';
import type { CounterBox } from '@scanpay/device/ports/counter-box.ts';
import type { SetUpView } from '@scanpay/shared/api/set-up.ts';
import { checkConfig } from '@scanpay/shared/config.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import Fastify, { type FastifyInstance } from 'fastify';
import { makeCloudConfig, makeIdentities } from '../demo/identities.ts';

const noPorts = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** OpenAPI 3.1 of every company, from the very schemas that check its requests; nothing listens meanwhile. */
export async function makeCompanyOpenApis(): Promise<Record<'operator' | 'pg' | 'card' | 'enrolment', object>> {
  const folder = mkdtempSync(join(tmpdir(), 'scanpay-docs-'));
  const broker = { kind: 'embedded', port: 0, boxes: 'certificate' } as const;
  const config = checkConfig(CloudConfigSchema, makeCloudConfig(folder, noPorts, makeIdentities(), broker), 'docs');
  if (!(config.operator && config.pg && config.card)) throw new Error('a section is missing');
  const setting = {
    folder,
    host: '127.0.0.1',
    scheduler: systemScheduler,
    randomBytes,
    ids: createIdMaker(systemScheduler, randomBytes),
    log: silent,
    mms: { send: () => Promise.resolve() },
    openDatabase: openSqliteFile,
    callTo: () => () => Promise.reject(new Error('nobody is called')),
  };
  const companies = {
    operator: await setUpOperator(config.operator, setting),
    pg: await setUpPg(config.pg, setting),
    card: await setUpCard(config.card, setting),
  };
  try {
    for (const { app } of Object.values(companies)) await app.ready();
    const { operator, pg, card } = companies;
    const { enrolmentApp } = operator;
    if (enrolmentApp === null) throw new Error('the operator enrols nobody');
    await enrolmentApp.ready();
    return {
      operator: operator.app.swagger(),
      pg: pg.app.swagger(),
      card: card.app.swagger(),
      enrolment: enrolmentApp.swagger(),
    };
  } finally {
    for (const company of Object.values(companies)) await company.stop();
    rmSync(folder, { recursive: true });
  }
}

/** OpenAPI 3.1 of the box's local API. */
export function makeBoxOpenApi(): Promise<object> {
  // The handlers are never called: only what they declare is looked at.
  return describeBox('ScanPay box, local API', (app) => addCounterRoutes(app, {} as CounterBox));
}

/** Likewise of a box that is being set up. */
export function makeSetUpOpenApi(): Promise<object> {
  return describeBox('ScanPay box that is being set up', (app) => addSetUpRoutes(app, () => ({}) as SetUpView));
}

async function describeBox(title: string, addRoutes: (app: FastifyInstance) => void): Promise<object> {
  const app = Fastify();
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title, version: '1.0.0' } },
  });
  addRoutes(app);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
