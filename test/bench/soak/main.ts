// npm run soak -- NAME [--option value …]: what a hub bears for long, with a table of what was measured.
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { print, type Row } from '../support/report.ts';
import { agents } from './agents.ts';
import { attacks } from './attacks.ts';
import { fuzzing } from './fuzzing.ts';
import { kills } from './kills.ts';
import { stoppedReaders } from './stopped-readers.ts';
import { options, type SoakOptions } from './options.ts';

const soaks: Readonly<Record<string, (options: SoakOptions) => Promise<Row[]>>> = {
  fuzz: fuzzing,
  kills,
  agents,
  attacks,
  'stopped-readers': stoppedReaders,
};

const { values, positionals } = parseArgs({ options, allowPositionals: true });
const unknown = positionals.filter((name) => !(name in soaks));
if (positionals.length === 0 || unknown.length > 0) {
  console.error(
    `npm run soak -- NAME [--count N] [--seconds N] [--agents N] [--seed N] [--only NAME]; names: ${Object.keys(soaks).join(', ')}.`,
  );
  process.exit(2);
}

const { only, ...numbers } = values;
const given: SoakOptions = {
  ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)])),
  ...(only === undefined ? {} : { only }),
};
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`);
const rows: Row[] = [];
for (const name of positionals) {
  console.log(`${name} … (load average ${loadavg()[0]?.toFixed(1)})`);
  rows.push(...((await soaks[name]?.(given)) ?? []));
}
print(rows);
process.exit(rows.every(({ holds }) => holds) ? 0 : 1); // servers end with this process
