import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely';

/** Stands for a value while the query is built: where in the parameters it will be found. */
class Placeholder {
  readonly path: readonly string[];

  constructor(path: readonly string[]) {
    this.path = path;
  }
}

/** The database, or the transaction the query belongs to, comes with every run. */
export interface PreparedQuery<Tables, Params, Row> {
  all(db: Kysely<Tables>, params: Params): Promise<Row[]>;
  first(db: Kysely<Tables>, params: Params): Promise<Row | undefined>;
  /** Number of rows written. */
  run(db: Kysely<Tables>, params: Params): Promise<number>;
}

/**
 * A query that is built and compiled once for each database and shape of its parameters (members, lengths of lists);
 * every run only brings the values. Building a query takes longer than SQLite needs to answer it, and a payment has
 * some twenty of them.
 *
 * The parameters `build` sees are placeholders: it may pass them on to Kysely, as single values, rows or lists, and
 * nothing else.
 */
export function prepareQuery<Tables, Params extends object, Row>(
  build: (db: Kysely<Tables>, params: Params) => Compilable<Row>,
): PreparedQuery<Tables, Params, Row> {
  // A database and all its transactions have one adapter.
  const compiledFor = new WeakMap<object, Map<string, CompiledQuery<Row>>>();

  const compile = (db: Kysely<Tables>, params: Params): CompiledQuery<Row> => {
    const { adapter } = db.getExecutor();
    const shapes = compiledFor.get(adapter) ?? new Map<string, CompiledQuery<Row>>();
    const shape = shapeOf(params);
    const compiled = shapes.get(shape) ?? build(db, toPlaceholders(params, []) as Params).compile();
    compiledFor.set(adapter, shapes.set(shape, compiled));
    return compiled;
  };
  const execute = (db: Kysely<Tables>, params: Params): Promise<QueryResult<Row>> => {
    const compiled = compile(db, params);
    const parameters = compiled.parameters.map((value) => (value instanceof Placeholder ? read(params, value) : value));
    return db.executeQuery({ ...compiled, parameters });
  };
  return {
    all: async (db, params) => (await execute(db, params)).rows,
    first: async (db, params) => (await execute(db, params)).rows[0],
    run: async (db, params) => Number((await execute(db, params)).numAffectedRows ?? 0n),
  };
}

type Structure = Record<string, unknown>;

/** Lists and plain objects; a byte array is a value. */
const isStructure = (value: unknown): value is Structure =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

function toPlaceholders(value: unknown, path: readonly string[]): unknown {
  // Kysely leaves out what is undefined.
  if (value === undefined) return undefined;
  if (!isStructure(value)) return new Placeholder(path);
  const members = Object.keys(value).map((name) => [name, toPlaceholders(value[name], [...path, name])] as const);
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}

function shapeOf(value: unknown): string {
  if (value === undefined) return '-';
  if (!isStructure(value)) return '';
  let shape = '{';
  for (const name of Object.keys(value)) shape += `${name}${shapeOf(value[name])},`;
  return `${shape}}`;
}

function read(params: object, { path }: Placeholder): unknown {
  return path.reduce<unknown>((value, name) => (value as Structure)[name], params);
}
