import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CliHost } from './host.ts';
import type {
  AuditExportOptions,
  AuditPruneOptions,
  AuditTailOptions,
  AuditVerifyOptions,
  RecoverOptions,
  TalkOptions,
} from './command-options.ts';

/** What the commands need of the program. */
export interface AuditProgramParts {
  readonly talking: (command: Command) => Command;
  readonly dataDirOption: () => Option;
  readonly count: (text: string) => number;
  readonly host: CliHost;
  readonly end: (exitCode: number) => void;
}

/** The commands of `signalbox audit`. */
export function addAuditCommands(
  audit: Command,
  { talking, dataDirOption, count, host, end }: AuditProgramParts,
): void {
  talking(audit.command('tail'))
    .description('Print the latest events, oldest first.')
    .option('-f, --follow', 'go on with new events until interrupted')
    .option('-n, --lines <count>', 'how many of the latest', count, 20)
    .option('-w, --workspace <workspace>', 'only of this workspace (id or name)')
    .option('--type <type...>', 'only of these types (lock.acquired) or nouns (lock)')
    .option(
      '--actor <actor>',
      'only what this one did: human, hub, a key by its id or name, or an agent of it (planner/codex)',
    )
    .option('--involving <actor>', 'only what concerns this one, also if another did it')
    .action(async (options: AuditTailOptions) => {
      const { auditTail } = await import('./commands/audit-tail.ts');
      end(await auditTail(options, host));
    });
  talking(audit.command('verify'))
    .description(
      "Check the log's hash chain from its first event to its last: the running hub's, or that of a data directory on which none runs. Changes nothing; exit code 4 when it does not hold.",
    )
    .option('--checkpoint <file>', 'also hold it against a signed checkpoint of before')
    .addOption(
      new Option(
        '--export <file>',
        'hold an export (JSON Lines) instead of a log, for which no hub is needed',
      ).conflicts('contents'),
    )
    .option('--contents', 'also read all contents of files, and name each version whose content is damaged or missing')
    .action(async (options: AuditVerifyOptions) => {
      const { auditVerify } = await import('./commands/audit-verify.ts');
      end(await auditVerify(options, host));
    });

  talking(audit.command('export'))
    .description('Print all events that match, oldest first, with their hashes.')
    .addOption(new Option('--format <format>', 'one event a line').choices(['jsonl', 'csv']).default('jsonl'))
    .option('-w, --workspace <workspace>', 'only of this workspace (id or name)')
    .option('--type <type...>', 'only of these types (lock.acquired) or nouns (lock)')
    .option('--actor <actor>', 'only what this one did: human, hub, or the id or name of a key')
    .option('--since <time>', 'not before this time, ISO 8601', isoTime)
    .option('--until <time>', 'before this time, ISO 8601', isoTime)
    .action(async (options: AuditExportOptions) => {
      const { auditExport } = await import('./commands/audit-export.ts');
      await auditExport(options, host);
    });
  talking(audit.command('checkpoint'))
    .description('Print where the log stands, signed with the Ed25519 key of the data directory; keep it elsewhere.')
    .action(async (options: TalkOptions) => {
      const { auditCheckpoint } = await import('./commands/audit-checkpoint.ts');
      await auditCheckpoint(options, host);
    });

  talking(audit.command('prune'))
    .description(
      "Remove the oldest events: from the running hub's log, or that of a data directory on which none runs. What they made stays: files and their versions, jobs, keys. It cannot be undone.",
    )
    .addOption(new Option('--before <time>', 'what happened before this time, ISO 8601').argParser(isoTime))
    .addOption(
      new Option('--older-than <duration>', 'what is older than this, such as 90d (1d at least)').conflicts('before'),
    )
    .option('--dry-run', 'only say what would be removed')
    .action(async (options: AuditPruneOptions) => {
      const { auditPrune } = await import('./commands/audit-prune.ts');
      await auditPrune(options, host);
    });

  audit
    .command('recover')
    .description('Make a damaged log usable, while no hub runs on it: its sound part stays, the rest is moved aside.')
    .addOption(dataDirOption())
    .option('--json', 'print JSON')
    .action(async (options: RecoverOptions) => {
      const { auditRecover } = await import('./commands/audit-recover.ts');
      end(auditRecover(options, host));
    });
}

function isoTime(text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}/u.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError('A time is expected, such as 2026-12-31 or 2026-12-31T12:00:00Z.');
}
