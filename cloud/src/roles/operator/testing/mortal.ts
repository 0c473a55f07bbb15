/** Calls of a dead process go nowhere and never come back. */
export const mortal = <T extends object>(target: T, isAlive: () => boolean): T =>
  new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => (isAlive() ? Reflect.apply(member, object, args) : new Promise(() => {}));
    },
  });
