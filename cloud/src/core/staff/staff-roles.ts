/**
 * What somebody of the staff may do, each role also what the one before it may: `viewer` reads; `staff` does the daily
 * work with boxes, coupons and alarms; `manager` also enters contracts, closes dates, gives way on disputed lines and takes
 * the bank's transfer file.
 */
export const staffRoles = ['viewer', 'staff', 'manager'] as const;
export type StaffRole = (typeof staffRoles)[number];

/** Somebody who has signed in. */
export interface StaffMember {
  name: string;
  role: StaffRole;
}

export const isAtLeast = (role: StaffRole, needed: StaffRole): boolean =>
  staffRoles.indexOf(role) >= staffRoles.indexOf(needed);
