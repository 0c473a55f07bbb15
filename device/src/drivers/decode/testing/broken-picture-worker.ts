/** A picture thread that cannot load. */
throw new Error('no such library');
