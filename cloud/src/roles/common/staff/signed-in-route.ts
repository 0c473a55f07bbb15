import { SignedInSchema } from '@scanpay/shared/api/staff.ts';
import type { RoleApp } from '../role-app.ts';

/** For pages, which act by that name. */
export function addSignedInRoute(app: RoleApp): void {
  app.get(
    '/v1/signed-in',
    { schema: { summary: 'Who is signed in', tags: ['staff'], response: { 200: SignedInSchema } } },
    async ({ staff }) => ({ name: staff?.name ?? null, role: staff?.role ?? null }),
  );
}
