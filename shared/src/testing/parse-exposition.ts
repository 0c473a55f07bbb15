/** One series of a scrape. */
export interface Series {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  type: 'counter' | 'gauge' | 'histogram' | 'summary';
  help: string;
  series: Series[];
}

const nameRule = '[a-zA-Z_:][a-zA-Z0-9_:]*';
/** As Go's ParseFloat, which Prometheus reads numbers with, takes them: prom-client writes `Nan`. */
const numberRule = '[+-]?(?:Inf|Na[nN]|[0-9.]+(?:e[+-]?[0-9]+)?)';
const sampleLine = new RegExp(`^(${nameRule})(?:\\{(.*)\\})? (${numberRule})$`, 'u');
const labelRule = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/uy;
const suffixes = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/**
 * Prometheus text format 0.0.4 ("Exposition formats" in its documentation), strictly: every series under its own family
 * with help and type, none twice, buckets that grow and end in +Inf.
 * @throws Error that names the line
 */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const read: Reading = { families: new Map(), helps: new Map(), seen: new Set(), current: '' };
  for (const line of text.split('\n').slice(0, -1)) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/u.exec(line) ?? [];
    if (kind === 'HELP') takeHelp(read, name, rest);
    else if (kind === 'TYPE') takeType(read, name, rest);
    else if (line !== '') takeSample(read, line);
  }
  for (const [name, family] of read.families) checkFamily(name, family);
  return read.families;
}

interface Reading {
  families: Map<string, Family>;
  helps: Map<string, string>;
  seen: Set<string>;
  current: string;
}

function takeHelp({ helps }: Reading, name: string, help: string): void {
  if (helps.has(name)) throw new Error(`help twice: ${name}`);
  helps.set(name, help);
}

function takeType(read: Reading, name: string, type: string): void {
  const help = read.helps.get(name);
  if (read.families.has(name) || help === undefined || !(type in suffixes)) throw new Error(`type of ${name}`);
  read.families.set(name, { type: type as Family['type'], help, series: [] });
  read.current = name;
}

function takeSample({ families, seen, current }: Reading, line: string): void {
  const family = families.get(current);
  if (family === undefined) throw new Error(`no family: ${line}`);
  const series = parseSample(line);
  if (!suffixes[family.type].some((suffix) => series.name === `${current}${suffix}`))
    throw new Error(`astray: ${line}`);
  const key = line.slice(0, line.lastIndexOf(' '));
  if (seen.has(key)) throw new Error(`twice: ${line}`);
  seen.add(key);
  family.series.push(series);
}

function parseSample(line: string): Series {
  const [, name, labelText = '', number = ''] = sampleLine.exec(line) ?? [];
  if (name === undefined) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  labelRule.lastIndex = 0;
  while (labelRule.lastIndex < labelText.length) {
    const [, label, value = ''] = labelRule.exec(labelText) ?? [];
    if (label === undefined || label in labels) throw new Error(`labels: ${line}`);
    labels[label] = value;
  }
  return { name, labels, value: Number(number.replace('Inf', 'Infinity')) };
}

function checkFamily(name: string, { type, series }: Family): void {
  if (type === 'counter' && series.some(({ value }) => !(value >= 0)))
    throw new Error(`${name}: a counter below nothing`);
  if (type !== 'histogram') return;
  const last = new Map<string, { le: number; value: number }>();
  for (const { name: own, labels, value } of series) {
    if (own !== `${name}_bucket`) continue;
    const { le = '', ...rest } = labels;
    const key = JSON.stringify(rest);
    const before = last.get(key) ?? { le: Number.NEGATIVE_INFINITY, value: 0 };
    const bound = Number(le.replace('Inf', 'Infinity'));
    if (!(bound > before.le) || value < before.value) throw new Error(`${name}: buckets ${key}`);
    last.set(key, { le: bound, value });
  }
  for (const [key, { le }] of last) if (le !== Number.POSITIVE_INFINITY) throw new Error(`${name}: no +Inf ${key}`);
}
