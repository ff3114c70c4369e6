import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startAhead } from '../../server/start-ahead.ts';
import type { HubServer } from '../../server/hub-server.ts';
import { usualDataDir } from '../../server/usual-data-dir.ts';
import { EXIT, writeJson, type CliHost } from '../host.ts';
import { createLogger } from '../pino-logger.ts';
import type { ServeOptions } from '../command-options.ts';
import { sampleAgentProcess } from '../sample-agent-process.ts';

/** A signal this soon after the first is the same one: npm passes on what the terminal has sent already. */
const SAME_SIGNAL_MS = 1_000;

/**
 * `serve`: runs a hub until interrupted. stdout has the announcement and nothing after it. The first signal
 * ends the hub cleanly; another, more than a second later, at once.
 */
export async function serve(options: ServeOptions, host: CliHost): Promise<number> {
  const ahead = startAhead();
  const dataDir = path.resolve(options.dataDir ?? usualDataDir(host.env));
  const logger = createLogger(options.logLevel);
  const ended = Promise.withResolvers<void>();
  let askedAt: number | undefined;
  let renew: (() => void) | undefined;
  const stop = host.onSignal((signal) => {
    // A service manager's word that a certificate was renewed; from a terminal, that it was closed.
    if (signal === 'SIGHUP' && renew && !host.isTerminal) return renew();
    askedAt ??= performance.now();
    if (performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(EXIT.failed);
    ended.resolve();
  });
  try {
    const dashboardDir = builtDashboard();
    const { startHub } = await import('../../server/start.ts');
    const server = await startHub({
      ...ahead,
      dataDir,
      host: options.host,
      port: options.port,
      logger,
      sampleAgents: sampleAgentProcess(logger),
      ...(options.requestsPerSecond === undefined ? {} : { requestsPerSecond: options.requestsPerSecond }),
      ...(options.limit === undefined ? {} : { limits: options.limit }),
      ...(options.allowHost === undefined ? {} : { allowedHosts: options.allowHost }),
      ...(options.allowRemote ? { allowRemote: true } : {}),
      ...(options.tlsCert === undefined ? {} : { tlsCert: options.tlsCert }),
      ...(options.tlsKey === undefined ? {} : { tlsKey: options.tlsKey }),
      ...(options.behindProxy ? { behindProxy: true } : {}),
      ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
      ...(dashboardDir === undefined ? {} : { dashboardDir }),
    });
    if (options.tlsCert !== undefined) renew = () => server.renewCertificate();
    announce(server, dataDir, options, host);
    await ended.promise;
    await server.close();
    return EXIT.ok;
  } finally {
    stop();
  }
}

function announce(server: HubServer, dataDir: string, options: ServeOptions, host: CliHost): void {
  const { url, sse, mcp, dashboardUrl, adminToken, firstKey } = server;
  if (options.json) {
    writeJson(host, {
      url,
      sse,
      mcp,
      dashboard: dashboardUrl,
      adminToken,
      ...(firstKey === undefined ? {} : { firstKey }),
    });
    return;
  }
  const lines = [
    `Signalbox is ready at ${url}`,
    `  Dashboard  ${dashboardUrl}`,
    `  Agents     ${sse} (HTTP+SSE), ${mcp} (Streamable HTTP)`,
    `  Data       ${dataDir}`,
  ];
  if (firstKey !== undefined) {
    lines.push('', 'A key for your first agent, owner of the workspace "default", shown this once:', `  ${firstKey}`);
  }
  lines.push('', 'Ctrl-C ends it.');
  host.write(`${lines.join('\n')}\n`);
}

/** Beside the built command line, or in `out/` when this runs from its sources. */
function builtDashboard(): string | undefined {
  const places = ['../dashboard/index.html', '../../../out/dashboard/index.html'];
  const found = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((file) => existsSync(file));
  return found?.slice(0, -'index.html'.length);
}
