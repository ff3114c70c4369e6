import { type Command, Option } from 'commander';
import type { CliHost } from './host.ts';
import type { WireExportOptions, WireTailOptions } from './command-options.ts';

const FILTER = 'as on the Wire screen: agent:planner tool:file_write took:>500ms "any text" -outcome:ok';

/**
 * `wire tail` and `wire export`.
 *
 * @param talking adds the options with which a hub is found
 * @param count reads the number of lines
 */
export function addWireCommands(
  wire: Command,
  {
    talking,
    count,
    host,
    end,
  }: {
    readonly talking: (command: Command) => Command;
    readonly count: (text: string) => number;
    readonly host: CliHost;
    readonly end: (exitCode: number) => void;
  },
): void {
  talking(wire.command('tail'))
    .description('Print the latest frames and go on with those that come, until interrupted.')
    .option('--filter <filter>', FILTER)
    .option('-n, --lines <count>', 'how many of the latest', count, 20)
    .action(async (options: WireTailOptions) => {
      const { wireTail } = await import('./commands/wire-tail.ts');
      end(await wireTail(options, host));
    });
  talking(wire.command('export'))
    .description('Write the recorded frames that match, oldest first. Secrets are masked.')
    .option('--filter <filter>', FILTER)
    .addOption(
      new Option(
        '--format <format>',
        'a bundle of JSON Lines; of the newest 10,000 also an HTTP archive (HAR 1.2), OpenTelemetry spans (OTLP/JSON) or a page to read',
      )
        .choices(['jsonl', 'har', 'otlp', 'html'])
        .default('jsonl'),
    )
    .option('--no-content', 'first lines and headers alone, no bodies')
    .option('-o, --output <file>', 'a new file; standard output when left out')
    .action(async (options: WireExportOptions) => {
      const { wireExport } = await import('./commands/wire-export.ts');
      await wireExport(options, host);
    });
}
