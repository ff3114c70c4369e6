import { usualDataDir } from '../../server/usual-data-dir.ts';
import { recoverDataDir } from '../../server/idle-log.ts';
import { EXIT, writeJson, type CliHost } from '../host.ts';
import type { RecoverOptions } from '../command-options.ts';

/** `audit recover`: keeps the sound part of a damaged log and moves the rest aside. */
export function auditRecover(options: RecoverOptions, host: CliHost): number {
  const { kept, problem, remade, movedTo, damagedFile, contents } = recoverDataDir(
    options.dataDir ?? usualDataDir(host.env),
  );
  if (options.json) {
    writeJson(host, { kept, problem, remade, movedTo, damagedFile, contents });
  } else if (remade !== undefined) {
    host.write(
      `Kept all ${kept} events. The database around them was damaged, and was made anew from them: ${remade}\n` +
        `The damaged one is ${damagedFile}.\n`,
    );
  } else if (problem === undefined) {
    host.write(`ok: all ${kept} events are sound; nothing was changed.\n`);
  } else {
    host.write(
      `Kept ${kept} events; event ${problem.badSeq} is damaged: ${problem.text}\n` +
        `What could be read behind them is in ${movedTo}${damagedFile === undefined ? '' : `; the damaged log itself is ${damagedFile}`}.\n` +
        (contents === undefined
          ? ''
          : `The ${contents.count} contents and uploads that only they knew of are in ${contents.folder}, under their SHA-256 or id.\n`),
    );
  }
  return EXIT.ok;
}
