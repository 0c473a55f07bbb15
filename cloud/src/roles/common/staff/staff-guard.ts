import { timingSafeEqual } from 'node:crypto';
import basicAuth from '@fastify/basic-auth';
// Only for the type of `schema.security`.
import type {} from '@fastify/swagger';
import type { Clock } from '@scanpay/shared/clock.ts';
import { errorTable, ScanPayError } from '@scanpay/shared/errors.ts';
import type { FastifyContextConfig, FastifyReply, FastifyRequest } from 'fastify';
import { isAtLeast, type StaffMember, type StaffRole } from '../../../core/staff/staff-roles.ts';
import type { StaffSection } from '../../../staff-config.ts';
import type { RoleApp } from '../role-app.ts';
import { isFromOtherSite } from './other-site.ts';
import { createSignIn, isPassing, retryAfterSeconds, type SignInDeps } from './sign-in.ts';
import { addSignedInRoute } from './signed-in-route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `open`: for customers, or guarded otherwise; a role: for those who have it. Left out: `viewer` reads, `staff` acts. */
    access?: 'open' | StaffRole;
  }
}

export interface StaffGuardDeps extends Omit<SignInDeps, 'users' | 'clock'> {
  scheduler: Clock;
  /** Who may sign in; undefined, or open: nobody is asked. */
  section: StaffSection | undefined;
  /** What this very process shows when it looks after itself, as `Authorization: Bearer`; it may read. */
  watchdogKey?: string | undefined;
}

/** Methods that change nothing. */
const reads: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const watchdog: StaffMember = { name: 'watchdog', role: 'viewer' };

/**
 * Asks whoever calls a route that is neither other companies' nor declared `open` for name and password (HTTP Basic, RFC
 * 7617), and logs what they change by that name. A route that says nothing is thereby shut. The OpenAPI document says it of each.
 */
export function guardStaff(app: RoleApp, deps: StaffGuardDeps): void {
  app.addHook('onRoute', (route) => {
    const role = roleFor(String(route.method), route.config);
    if (role !== null) route.schema = { ...route.schema, security: [{ staff: [role] }] };
  });
  app.after(() => addSignedInRoute(app));
  const { section, log } = deps;
  if (section === undefined || !('users' in section)) return;
  const isWatchdog = createWatchdogCheck(deps.watchdogKey);
  app.register(basicAuth, { validate: createValidate(deps, section.users), authenticate: { realm: 'ScanPay staff' } });
  app.addHook('onRequest', async (request, reply) => {
    const needed = roleFor(request.method, request.routeOptions.config);
    if (needed === null || request.is404) return;
    if (!reads.has(request.method) && isFromOtherSite(request.headers)) throw new ScanPayError('cross_site');
    request.staff = isWatchdog(request) ? watchdog : await identify(app, request, reply);
    if (!isAtLeast(request.staff.role, needed)) throw new ScanPayError('not_permitted', `needs ${needed}`);
  });
  app.addHook('onResponse', async ({ staff, method, url, routeOptions }, { statusCode: status }) => {
    if (staff === null || (reads.has(method) && routeOptions.config.access === undefined)) return;
    // Of a refused request only the route: nobody has checked what its path holds.
    const path = status < 400 ? url.replace(/\?.*$/u, '') : routeOptions.url;
    log.info({ by: staff.name, role: staff.role, method, path, status }, 'act of the staff');
  });
}

/** Null: anybody may call it, or only other companies. */
function roleFor(method: string, config: FastifyContextConfig | undefined): StaffRole | null {
  const { access, callers } = config ?? {};
  if (access === 'open' || callers !== undefined) return null;
  return access ?? (method.split(',').every((each) => reads.has(each)) ? 'viewer' : 'staff');
}

function createWatchdogCheck(key: string | undefined): (request: FastifyRequest) => boolean {
  const expected = Buffer.from(`Bearer ${key}`);
  return ({ headers: { authorization = '' } }) => {
    const shown = Buffer.from(authorization);
    return key !== undefined && shown.length === expected.length && timingSafeEqual(shown, expected);
  };
}

function createValidate(deps: StaffGuardDeps, users: SignInDeps['users']) {
  const signIn = createSignIn({ ...deps, clock: deps.scheduler, users });
  return async (name: string, password: string, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const result = await signIn({ name, password, address: request.ip });
    if (result.ok) {
      request.staff = result.value;
      return;
    }
    const { code } = result;
    if (isPassing(code)) reply.header('retry-after', String(retryAfterSeconds));
    // The library asks for credentials again where the status is 401.
    throw Object.assign(new ScanPayError(code), { statusCode: errorTable[code].http });
  };
}

/** @throws ScanPayError `sign_in_missing`, `sign_in_wrong`, `sign_in_locked`, `rate_limited` */
function identify(app: RoleApp, request: FastifyRequest, reply: FastifyReply): Promise<StaffMember> {
  return new Promise((resolve, reject) => {
    app.basicAuth(request, reply, (error) => {
      if (error instanceof ScanPayError) reject(error);
      else if (error !== undefined || request.staff === null) reject(new ScanPayError('sign_in_missing'));
      else resolve(request.staff);
    });
  });
}
