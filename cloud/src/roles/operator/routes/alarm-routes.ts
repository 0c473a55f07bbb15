import { findAlarmKind } from '@scanpay/shared/alarm/alarm-codes.ts';
import {
  AcknowledgeBodySchema,
  AlarmListQuerySchema,
  AlarmListSchema,
  type AlarmView,
  AlarmViewSchema,
  ClearBodySchema,
  maxAlarmsPerPage,
} from '@scanpay/shared/api/alarms.ts';
import { AlarmIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { StoredAlarm } from '../../../ports/alarm-store.ts';
import type { RoleApp } from '../../common/role-app.ts';
import type { OperatorContext } from '../operator-context.ts';
import { refusals, unwrap } from './unwrap.ts';

const tags = ['staff'];
const AlarmParams = strictObject({ alarmId: AlarmIdSchema });

/** Alarms of boxes, for the operator's staff. */
export function addAlarmRoutes(app: RoleApp, ctx: OperatorContext): void {
  app.get(
    '/v1/alarms',
    {
      schema: {
        summary: 'Alarms of all boxes, newest first',
        tags,
        querystring: AlarmListQuerySchema,
        response: { 200: AlarmListSchema, ...refusals },
      },
    },
    async ({ query }) => {
      const { state = null, severity = null, deviceId = null, before = null } = query;
      const alarms = await ctx.store.listAlarms({ state, severity, deviceId, before, limit: maxAlarmsPerPage });
      const next = alarms.length < maxAlarmsPerPage ? null : (alarms.at(-1)?.alarmId ?? null);
      return { alarms: alarms.map(viewAlarm), next };
    },
  );
  app.post(
    '/v1/alarms/:alarmId/acknowledge',
    {
      schema: {
        summary: 'Somebody looks after an alarm',
        tags,
        params: AlarmParams,
        body: AcknowledgeBodySchema,
        response: { 200: AlarmViewSchema, ...refusals },
      },
    },
    async ({ params, body, staff }) =>
      viewAlarm(unwrap(await ctx.alarms.acknowledge(params.alarmId, staff?.name ?? body.by, body.note ?? ''))),
  );
  app.post(
    '/v1/alarms/:alarmId/clear',
    {
      schema: {
        summary: 'Clear an alarm by hand, with the reason; it stays so until its source sees it begin again',
        tags,
        params: AlarmParams,
        body: ClearBodySchema,
        response: { 200: AlarmViewSchema, ...refusals },
      },
    },
    async ({ params, body, staff }) =>
      viewAlarm(unwrap(await ctx.alarms.clearByHand(params.alarmId, staff?.name ?? body.by, body.reason))),
  );
}

/** One of a later version of the box, whose words are not known here. */
const unknownWords = { ko: '알 수 없는 경보입니다.', en: 'An alarm this version does not know.' };

function viewAlarm({ boxRaisedAtMs: _box, reportJws: _jws, ...alarm }: StoredAlarm): AlarmView {
  const open = alarm.acknowledgedAtMs === null ? 'raised' : 'acknowledged';
  return {
    ...alarm,
    state: alarm.clearedAtMs === null ? open : 'cleared',
    words: findAlarmKind(alarm.code)?.words ?? unknownWords,
  };
}
