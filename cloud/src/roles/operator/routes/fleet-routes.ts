import {
  ConfigChangeSchema,
  DeviceDetailSchema,
  DeviceListSchema,
  DeviceQuerySchema,
  FleetSummarySchema,
  GroupBodySchema,
  GroupNameSchema,
  maxDevicesPerPage,
  SettingsBodySchema,
  TelemetryListSchema,
  TelemetryQuerySchema,
} from '@scanpay/shared/api/fleet.ts';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { DeviceIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { RoleApp } from '../../common/role-app.ts';
import { describeDevice } from '../fleet/describe-device.ts';
import type { OperatorContext } from '../operator-context.ts';
import { refusals, unwrap } from './unwrap.ts';

const tags = ['staff'];
const DeviceParams = strictObject({ deviceId: DeviceIdSchema });

/** The fleet, for the operator's staff: who is there, how they are, what they are set to. */
export function addFleetRoutes(app: RoleApp, ctx: OperatorContext): void {
  addFleetReads(app, ctx);
  addDeviceReads(app, ctx);
  addConfigRoutes(app, ctx);
}

function addFleetReads(app: RoleApp, ctx: OperatorContext): void {
  app.get(
    '/v1/fleet',
    { schema: { summary: 'The fleet in figures, and its groups', tags, response: { 200: FleetSummarySchema } } },
    async () => {
      const [counts, groups] = await Promise.all([ctx.store.countFleet(), ctx.store.listGroups()]);
      const { devices, online, offline } = counts;
      return { ...counts, silent: devices - online - offline, groups };
    },
  );
  app.get(
    '/v1/devices',
    {
      schema: {
        summary: 'Boxes by what one looks for, in order of their ids, a page at a time',
        tags,
        querystring: DeviceQuerySchema,
        response: { 200: DeviceListSchema, ...refusals },
      },
    },
    async ({ query }) => {
      const rows = await ctx.store.listFleet(query, maxDevicesPerPage + 1);
      const page = rows.slice(0, maxDevicesPerPage);
      const next = rows.length > page.length ? (page.at(-1)?.deviceId ?? null) : null;
      return { devices: page.map((row) => describeDevice(row, ctx.merchants)), next };
    },
  );
}

function addDeviceReads(app: RoleApp, ctx: OperatorContext): void {
  app.get(
    '/v1/devices/:deviceId',
    {
      schema: {
        summary: 'A box: how it said it is, what it is to be set to, what it runs',
        tags,
        params: DeviceParams,
        response: { 200: DeviceDetailSchema, ...refusals },
      },
    },
    async ({ params: { deviceId } }) => unwrap(await describe(ctx, deviceId)),
  );
  app.get(
    '/v1/devices/:deviceId/telemetry',
    {
      schema: {
        summary: 'What a box said of itself, newest first, as far as it is kept',
        tags,
        params: DeviceParams,
        querystring: TelemetryQuerySchema,
        response: { 200: TelemetryListSchema, ...refusals },
      },
    },
    async ({ params: { deviceId }, query: { limit = 100 } }) => {
      if ((await ctx.store.findDevice(deviceId)) === undefined) return unwrap(refuse('not_found'));
      return { deviceId, entries: await ctx.store.listTelemetry(deviceId, limit) };
    },
  );
}

async function describe(ctx: OperatorContext, deviceId: DeviceId) {
  const { store } = ctx;
  const row = await store.findFleetRow(deviceId);
  if (row === undefined) return refuse('not_found');
  const [config, [newest = null]] = await Promise.all([
    store.findDeviceConfig(deviceId),
    store.listTelemetry(deviceId, 1),
  ]);
  const { ownSettings, groupSettings, desired, reportedAtMs } = config;
  return accept({
    ...describeDevice(row, ctx.merchants),
    ownSettings,
    groupSettings,
    desiredSettings: desired?.settings ?? {},
    desiredAtMs: desired?.desiredAtMs ?? null,
    reportedAtMs,
    rejected: row.rejected,
    newest,
  });
}

function addConfigRoutes(app: RoleApp, ctx: OperatorContext): void {
  const { config } = ctx.fleet;
  const response = { 200: ConfigChangeSchema, ...refusals };
  const isKnown = async (deviceId: DeviceId) => (await ctx.store.findDevice(deviceId)) !== undefined;
  app.post(
    '/v1/devices/:deviceId/config',
    {
      schema: {
        summary: "Replace the box's own settings; they go before its group's, and those before the box's file",
        tags,
        params: DeviceParams,
        body: SettingsBodySchema,
        response,
      },
    },
    async ({ params: { deviceId }, body }) =>
      unwrap((await isKnown(deviceId)) ? await config.setOwn(deviceId, body.settings) : refuse('not_found')),
  );
  app.post(
    '/v1/devices/:deviceId/group',
    {
      schema: {
        summary: 'Put the box into a group, or into none',
        tags,
        params: DeviceParams,
        body: GroupBodySchema,
        response,
      },
    },
    async ({ params: { deviceId }, body }) =>
      unwrap((await isKnown(deviceId)) ? await config.setGroup(deviceId, body.group) : refuse('not_found')),
  );
  app.post(
    '/v1/groups/:group/config',
    {
      schema: {
        summary: "Replace a group's settings: every box of it gets them; a group that is not there is made",
        tags,
        params: strictObject({ group: GroupNameSchema }),
        body: SettingsBodySchema,
        response,
      },
    },
    async ({ params: { group }, body }) => unwrap(await config.setGroupSettings(group, body.settings)),
  );
}
