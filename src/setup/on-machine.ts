import { existsSync } from 'node:fs';
import type { ClientKind } from './client.ts';
import { pathsOf, type Machine } from './machine.ts';

/** Whether there is a trace of a client: its folder, or its program on the `PATH`. Nothing is started. */
export function isOnMachine(kind: ClientKind, machine: Machine): boolean {
  return (
    kind.traces(machine).some((trace) => existsSync(trace)) ||
    (kind.program !== undefined && programOnPath(kind.program, machine) !== undefined)
  );
}

/** A client's file: of two names that it may have, that which is there. */
export function fileOf({ file, otherFile }: ClientKind, machine: Machine): string {
  const usual = file(machine);
  const other = otherFile?.(machine);
  return other !== undefined && existsSync(other) && !existsSync(usual) ? other : usual;
}

/** The path of a program that a shell would find; undefined for none. */
export function programOnPath(program: string, machine: Machine): string | undefined {
  const { env, platform } = machine;
  const paths = pathsOf(machine);
  const endings = platform === 'win32' ? (env['PATHEXT'] || '.EXE;.CMD;.BAT').toLowerCase().split(';') : [''];
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(paths.delimiter)) {
    if (!paths.isAbsolute(folder)) continue;
    for (const ending of endings) {
      const file = paths.join(folder, `${program}${ending}`);
      if (existsSync(file)) return file;
    }
  }
  return undefined;
}
