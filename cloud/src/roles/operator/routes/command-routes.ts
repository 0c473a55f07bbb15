import {
  CommandListSchema,
  type CommandView,
  CommandViewSchema,
  maxCommandsPerPage,
  OrderBodySchema,
} from '@scanpay/shared/api/commands.ts';
import { accept, errorTable, refuse } from '@scanpay/shared/errors.ts';
import { CommandIdSchema, DeviceIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import Type from 'typebox';
import type { StoredCommand } from '../../../ports/command-store.ts';
import type { RoleApp } from '../../common/role-app.ts';
import type { OperatorContext } from '../operator-context.ts';
import { refusals, unwrap } from './unwrap.ts';

const tags = ['staff'];
const DeviceParams = strictObject({ deviceId: DeviceIdSchema });
const CommandParams = strictObject({ commandId: CommandIdSchema });

/** Commands to boxes, for the operator's staff. */
export function addCommandRoutes(app: RoleApp, ctx: OperatorContext): void {
  app.post(
    '/v1/devices/:deviceId/commands',
    {
      schema: {
        summary: 'Have a box do something; it is told when it is there, until the command expires',
        tags,
        params: DeviceParams,
        body: OrderBodySchema,
        response: { 200: CommandViewSchema, ...refusals },
      },
    },
    async ({ params, body, staff }) => {
      const requestedBy = staff?.name ?? body.requestedBy;
      return viewCommand(unwrap(await ctx.commands.order(params.deviceId, { ...body, requestedBy })));
    },
  );
  app.get(
    '/v1/devices/:deviceId/commands',
    {
      schema: {
        summary: 'Commands to a box, newest first',
        tags,
        params: DeviceParams,
        querystring: strictObject({ before: Type.Optional(CommandIdSchema) }),
        response: { 200: CommandListSchema, ...refusals },
      },
    },
    async ({ params, query }) => {
      if ((await ctx.store.findDevice(params.deviceId)) === undefined) return unwrap(refuse('not_found'));
      const commands = await ctx.store.listCommands(params.deviceId, query.before ?? null, maxCommandsPerPage);
      const next = commands.length < maxCommandsPerPage ? null : (commands.at(-1)?.commandId ?? null);
      return { commands: commands.map(viewCommand), next };
    },
  );
  app.get(
    '/v1/commands/:commandId',
    {
      schema: {
        summary: 'A command, and what came of it',
        tags,
        params: CommandParams,
        response: { 200: CommandViewSchema, ...refusals },
      },
    },
    async ({ params }) => {
      const command = await ctx.store.findCommand(params.commandId);
      return viewCommand(unwrap(command === undefined ? refuse('not_found') : accept(command)));
    },
  );
  app.get(
    '/v1/commands/:commandId/attachment',
    {
      schema: {
        summary: 'What a command brought, as the box sent it: of collect-logs, its log (gzip)',
        tags,
        params: CommandParams,
        response: {
          200: {
            content: { 'application/gzip': { schema: Type.Unsafe<unknown>({ type: 'string', format: 'binary' }) } },
          },
          ...refusals,
        },
      },
    },
    async ({ params: { commandId } }, reply) => {
      const bytes = unwrap(await ctx.commands.readAttachment(commandId));
      return reply
        .type('application/gzip')
        .header('content-disposition', `attachment; filename="box-log-${commandId}.log.gz"`)
        .send(Buffer.from(bytes));
    },
  );
}

function viewCommand(command: StoredCommand): CommandView {
  const words = command.code === null ? null : errorTable[command.code];
  return { ...command, reason: words === null ? null : { ko: words.ko, en: words.en } };
}
