// npm run bench [-- NAME …]: measures the table of numbers, each beside its reference in the same run.
import { cpus } from 'node:os';
import { dashboardFrames } from './dashboard-frames.ts';
import { fanOut } from './fan-out.ts';
import { idleMemory } from './idle-memory.ts';
import { lockHandover } from './lock-handover.ts';
import { ready } from './ready.ts';
import { print, type Row } from './support/report.ts';
import { toolCalls } from './tool-calls.ts';
import { uploadMemory } from './upload-memory.ts';

const benches: Readonly<Record<string, () => Promise<Row[]>>> = {
  'fan-out': fanOut,
  'tool-calls': toolCalls,
  'idle-memory': idleMemory,
  'lock-handover': lockHandover,
  ready,
  'upload-memory': uploadMemory,
  'dashboard-frames': dashboardFrames,
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`No bench named ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`);
const rows: Row[] = [];
for (const [name, run] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.log(`${name} …`);
  rows.push(...(await run()));
}
print(rows);
process.exit(rows.every(({ holds }) => holds) ? 0 : 1);
