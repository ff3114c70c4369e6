// npm run bench [-- NAME …]: measures the table of numbers, each beside its reference in the same run.
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { attackMix } from './attack-mix.ts';
import { bridgeCost } from './bridge-cost.ts';
import { dashboardFrames } from './dashboard-frames.ts';
import { deskScroll } from './desk-scroll.ts';
import { fileWrite } from './file-write.ts';
import { fanOut } from './fan-out.ts';
import { idleMemory } from './idle-memory.ts';
import { knowledge } from './knowledge.ts';
import { lockHandover } from './lock-handover.ts';
import { pastMoment } from './past-moment.ts';
import { ready } from './ready.ts';
import { recordedCalls, recordedFanOut } from './recorded.ts';
import { recordedFrames } from './recorded-frames.ts';
import { print, type Row } from './support/report.ts';
import { toolCalls } from './tool-calls.ts';
import { wireFilter } from './wire-filter.ts';
import { uploadMemory } from './upload-memory.ts';

/** Longer than any of them takes on two busy cores. */
const LIMIT_MS = 120_000;

const benches: Readonly<Record<string, () => Promise<Row[]>>> = {
  'fan-out': fanOut,
  'tool-calls': toolCalls,
  'bridge-cost': bridgeCost,
  'file-write': fileWrite,
  'idle-memory': idleMemory,
  'lock-handover': lockHandover,
  ready,
  'upload-memory': uploadMemory,
  'attack-mix': attackMix,
  'dashboard-frames': dashboardFrames,
  'desk-scroll': deskScroll,
  'recorded-frames': recordedFrames,
  'wire-filter': wireFilter,
  'recorded-calls': recordedCalls,
  'recorded-fan-out': recordedFanOut,
  knowledge,
  'past-moment': pastMoment,
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`No bench named ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}

const built = new URL('../../out/', import.meta.url);
if (!existsSync(new URL('cli/main.js', built)) || !existsSync(new URL('dashboard/index.html', built))) {
  console.error('The command line or the dashboard is not built: run "npm run build", or "npm run bench", which does.');
  process.exit(2);
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`);
const rows: Row[] = [];
for (const [name, run] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.log(`${name} … (load average ${loadavg()[0]?.toFixed(1)})`);
  rows.push(...(await inTime(name, run)));
}
print(rows);
process.exit(rows.every(({ holds }) => holds) ? 0 : 1); // servers end with this process

/** A bench that fails or hangs is a line of the table too, and the others are measured all the same. */
async function inTime(name: string, run: () => Promise<Row[]>): Promise<Row[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${LIMIT_MS / 1_000} s`)), LIMIT_MS);
  });
  try {
    return await Promise.race([run(), late]);
  } catch (error) {
    console.error(error);
    const ours = error instanceof Error ? error.message : String(error);
    return [{ what: name, ours, reference: '', ratio: undefined, target: 'to be measured', holds: false }];
  } finally {
    clearTimeout(timer);
  }
}
