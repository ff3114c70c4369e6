import type { Readable, Writable } from 'node:stream';
import { usualDataDir } from '../server/usual-data-dir.ts';
import { openBridge } from './stdio-bridge.ts';
import { HubHttp } from './http.ts';
import { isHubThere } from './hub-place.ts';
import { CONNECT_HELP, connectOptions, UsageError } from './connect-options.ts';
import { promptNews } from './prompt-news.ts';
import { startHubProcess } from './start-hub.ts';
import { messageOf } from '../protocol/errors.ts';

/** The process that a bridge runs in. */
export interface ConnectHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Calls `listener` when the process is to end. */
  onSignal(listener: () => void): void;
  /** The program and arguments that run `signalbox serve`; undefined where there is none. */
  readonly serve: readonly string[] | undefined;
}

/**
 * `signalbox connect`: serves the client on stdin and stdout until it leaves. Only MCP goes to stdout.
 *
 * @param args without the word `connect`
 * @returns the exit code: 0, or 2 for a wrong command line
 */
export async function runConnect(args: readonly string[], host: ConnectHost): Promise<number> {
  const log = (line: string): void => void host.stderr.write(`signalbox connect: ${line}\n`);
  try {
    const options = connectOptions(args, host.env, () => usualDataDir(host.env));
    if (options === 'help') {
      host.stderr.write(CONNECT_HELP);
      return 0;
    }
    if (options.news !== undefined) {
      const text = await promptNews(options, options.news);
      if (text !== '') await new Promise<void>((resolve) => host.stdout.write(text, () => resolve()));
      return 0;
    }
    const starting = options.start && options.url === undefined ? started(options.dataDir, host, log) : undefined;
    const bridge = openBridge({ options, input: host.stdin, output: host.stdout, log, starting });
    await Promise.race([bridge.gone, new Promise<void>((resolve) => host.onSignal(resolve))]);
    await bridge.close();
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    log(error.message);
    return 2;
  }
}

async function started(dataDir: string, { serve }: ConnectHost, log: (line: string) => void): Promise<void> {
  const http = new HubHttp();
  try {
    await startHubProcess({ dataDir, serve, isThere: () => isHubThere(dataDir, http), log });
  } catch (error) {
    log(`The hub could not be started: ${messageOf(error)}`);
  } finally {
    http.close();
  }
}
