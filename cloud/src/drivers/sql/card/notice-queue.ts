import type { Kysely } from 'kysely';
import type { CardStore } from '../../../ports/card-store.ts';
import type { CardTables } from './tables.ts';

type NoticeMethods = 'listDueNotices' | 'nextNoticeDueMs' | 'removeNotices' | 'postponeNotice';

/** The queue of S12's notices; they enter it in `card-store.ts`, together with what they tell. */
export function createNoticeMethods(db: Kysely<CardTables>): Pick<CardStore, NoticeMethods> {
  return {
    listDueNotices: (nowMs, limit) =>
      db
        .selectFrom('card_notices')
        .select(['notice_id as noticeId', 'to_mobile as toMobile', 'subject', 'text', 'failures'])
        .where('due_at_ms', '<=', nowMs)
        .orderBy('due_at_ms')
        .limit(limit)
        .execute(),
    async nextNoticeDueMs() {
      const row = await db
        .selectFrom('card_notices')
        .select('due_at_ms')
        .where('due_at_ms', 'is not', null)
        .orderBy('due_at_ms')
        .limit(1)
        .executeTakeFirst();
      return row?.due_at_ms ?? undefined;
    },
    async removeNotices(noticeIds) {
      if (noticeIds.length === 0) return;
      await db.deleteFrom('card_notices').where('notice_id', 'in', noticeIds).execute();
    },
    async postponeNotice(noticeId, dueAtMs) {
      await db
        .updateTable('card_notices')
        .set((eb) => ({ due_at_ms: dueAtMs, failures: eb('failures', '+', 1) }))
        .where('notice_id', '=', noticeId)
        .execute();
    },
  };
}
