/**
 * An object whose members are those of whatever is current when they are read. For keys: who holds this need not know
 * that they change. Members that belong together are read in one go, without a wait in between.
 */
export function follow<T extends object>(current: () => T): T {
  return new Proxy({} as T, { get: (_target, name) => Reflect.get(current(), name) as unknown });
}
