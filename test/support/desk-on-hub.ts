import { InUse } from '../../src/server/in-use.ts';
import { LogRetention } from '../../src/hub/audit/log-retention.ts';
import type { Files } from '../../src/hub/files/files.ts';
import type { Uploads } from '../../src/hub/uploads/uploads.ts';
import type { HubOptions } from '../../src/hub/store/hub-options.ts';
import type { Knowledge } from '../../src/hub/knowledge/knowledge.ts';
import type { Links } from '../../src/hub/links/links.ts';
import type { Jobs } from '../../src/hub/jobs/jobs.ts';
import { createDesk, type Desk, type DeskOptions } from '../../src/server/desk/desk.ts';
import { ConnectSecret } from '../../src/server/desk/connect-secret.ts';
import { createPersonAuth } from '../../src/server/desk/login/person.ts';
import { RefusedConnections } from '../../src/server/http/refused-connections.ts';
import { LoginBoard } from '../../src/server/logins/login-board.ts';
import type { Recorder } from '../../src/recorder/recorder.ts';
import { Deliveries } from '../../src/server/taps/deliveries.ts';
import { filesNamed } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { listBytes, toolReach } from '../../src/server/mcp/catalogue/tools/tools-of.ts';
import { dashboardOn, type DashboardClient } from './dashboard-client.ts';
import { memoryChannel } from './memory-channel.ts';
import { openTestRecorder } from './recorded.ts';
import { openTestHub, type TestHub } from './open-hub.ts';

/** A dashboard's edge on a real hub, without HTTP and without files: what is pushed and when. */
export interface DeskOnHub extends TestHub {
  readonly desk: Desk;
  readonly recorder: Recorder;
  readonly bugs: unknown[];
  /** A dashboard on a channel of its own. */
  connect(): DashboardClient;
}

export async function openDeskOnHub(
  options: Partial<DeskOptions> = {},
  hubOptions: Partial<HubOptions> = {},
): Promise<DeskOnHub & AsyncDisposable> {
  const test = await openTestHub(hubOptions);
  const { hub, clock } = test;
  const recorder = openTestRecorder(hub, clock);
  const retention = new LogRetention(hub);
  const bugs: unknown[] = [];
  const desk = createDesk({
    hub,
    recorder,
    deliveries: new Deliveries(),
    files: { list: async () => ({ items: [] }) } as unknown as Files, // the calls of files have a test on a whole server
    uploads: {} as Uploads,
    jobs: {} as Jobs,
    links: {} as Links,
    knowledge: {} as Knowledge,
    retention,
    locks: test.locks,
    inUse: new InUse(hub.limits),
    person: createPersonAuth({
      token: 'token',
      secret: { value: () => Buffer.alloc(32), replace: () => undefined },
      port: () => 7337,
      now: clock.now,
    }),
    connectSecret: new ConnectSecret(hub.dataDir, {
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    }),
    refuse: () => undefined,
    refused: new RefusedConnections(hub),
    loginBoard: new LoginBoard(),
    logins: () => Promise.reject(new Error('No login waits here.')),
    onlyLocal: true,
    isUsualDataDir: false,
    url: () => 'http://127.0.0.1:7337',
    filesNamed,
    toolReach,
    listBytes,
    closeSession: async () => undefined,
    importPaths: false,
    logger: { warn: () => undefined, error: (facts) => bugs.push(facts) },
    ...options,
  });
  return Object.assign(test, {
    desk,
    recorder,
    bugs,
    connect() {
      const { hubEnd, dashboardEnd } = memoryChannel();
      desk.serve(hubEnd);
      return dashboardOn(dashboardEnd);
    },
    async [Symbol.asyncDispose]() {
      await retention.close();
      await desk.close();
      await recorder.close();
      await test.dispose();
    },
  });
}
