import { expect, test, vi } from 'vitest';
import type { AgentLink, ToolFields, LinkOptions } from '../../src/sandbox/agent-link.ts';
import { reportPath } from '../../src/sandbox/report.ts';
import { SampleAgent } from '../../src/sandbox/sample-agent.ts';
import type { HubEvent } from '../../src/protocol/events.ts';

const PAGE = 200;

function written(seq: number): HubEvent {
  return {
    seq,
    at: 0,
    actor: { kind: 'human' },
    type: 'file.written',
    workspace: 'wsp_1',
    fileId: `fil_${seq}`,
    path: `f${seq}.txt`,
    version: 1,
    sha256: '0'.repeat(64),
    sizeBytes: 1,
    mime: 'text/plain',
    source: 'upload',
    appears: true,
  };
}

/** As much of a hub's tools as a sample agent calls, over a log that the test writes. */
class HubStandIn {
  readonly log: HubEvent[] = [];
  readonly extracted: string[] = [];
  /** What is there of every report, in ASCII. */
  report = '';
  readonly written: string[] = [];
  links: LinkOptions[] = [];
  /** Runs while a page of events is on its way to the agent. */
  onPage: () => void = () => undefined;

  /** Writes files, and pushes them where an agent is connected. */
  write(count: number): void {
    for (let n = 0; n < count; n++) {
      const event = written((this.log.at(-1)?.seq ?? 0) + 1);
      this.log.push(event);
      this.links.at(-1)?.onEvent(event);
    }
  }

  readonly connect = async (options: LinkOptions): Promise<AgentLink> => {
    this.links.push(options);
    return { call: async (tool, args) => this.#answer(tool, args), close: async () => undefined };
  };

  #answer(tool: string, args: ToolFields): ToolFields {
    switch (tool) {
      case 'whoami':
        return { seq: this.log.length };
      case 'event_list': {
        const after = Number(args['after_seq']);
        const events = this.log.slice(after, after + PAGE);
        const lastSeq = events.at(-1)?.seq ?? after;
        const more = lastSeq < this.log.length;
        this.onPage();
        return { events, last_seq: lastSeq, ...(more ? { next_cursor: String(lastSeq) } : {}) };
      }
      case 'file_extract':
        this.extracted.push(String(args['path']));
        return { job_id: 'job_1' };
      case 'job_wait':
        return { status: 'succeeded', result: {} };
      case 'lock_acquire':
        return { lock_token: 'lck_1', fence: 1 };
      case 'file_list':
        return { files: this.report === '' ? [] : [{ path: args['prefix'] }] };
      case 'file_read': {
        // As the hub gives texts: 8 KiB at a time.
        const start = Number(args['start_byte'] ?? 0);
        const end = start + 8192;
        const more = end < this.report.length;
        return { text: this.report.slice(start, end), ...(more ? { next_start_byte: end } : {}) };
      }
      case 'file_write':
        this.written.push(String(args['text']));
        return {};
      default:
        return {};
    }
  }
}

test('[SA1] whatever was missed while the wire was down is reported, also beyond a page and when more comes meanwhile', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const hub = new HubStandIn();
  hub.write(3);
  const watching = Promise.withResolvers<void>();
  const agent = new SampleAgent({
    url: 'http://127.0.0.1:1',
    key: 'k',
    name: 'sample',
    wire: 'sse',
    workspace: 'wsp_1',
    ponderMs: 0,
    connect: hub.connect,
    log: (line) => line === 'watches the workspace' && watching.resolve(),
  });
  try {
    const running = agent.run();
    await watching.promise;
    const [first] = hub.links;
    hub.links = [];
    hub.write(2 * PAGE + 50); // nobody is notified
    hub.onPage = () => {
      hub.onPage = () => undefined;
      hub.write(1); // pushed while the first page is on its way
    };
    first?.onLost('cut');
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(500);
      expect(hub.extracted).toContain(`f${hub.log.length}.txt`);
    });
    agent.stop();
    await running;
    expect(hub.extracted).toEqual(hub.log.slice(3).map((event) => ('path' in event ? event.path : '')));
  } finally {
    vi.useRealTimers();
  }
});

test('[SA2] a report that is longer than one answer keeps the sections of other agents', async () => {
  const hub = new HubStandIn();
  hub.report = `# Report on f1.txt\n\n## other\n\n${'what another agent found\n'.repeat(1_000)}`;
  const watching = Promise.withResolvers<void>();
  const agent = new SampleAgent({
    url: 'http://127.0.0.1:1',
    key: 'k',
    name: 'sample',
    wire: 'sse',
    workspace: 'wsp_1',
    ponderMs: 0,
    connect: hub.connect,
    log: (line) => line === 'watches the workspace' && watching.resolve(),
  });
  const running = agent.run();
  await watching.promise;
  hub.write(1);
  await vi.waitFor(() => expect(hub.written).toHaveLength(1));
  agent.stop();
  await running;
  expect(hub.written[0]?.startsWith(hub.report.trimEnd())).toBe(true);
  expect(hub.written[0]).toContain('## sample');
});

test('[SA3] a report has the name of its file, and no ending twice', () => {
  expect(['notes.txt', 'plan.md', 'a/PLAN.MD', 'photo.png'].map(reportPath)).toEqual([
    'reports/notes.txt.md',
    'reports/plan.md.report.md',
    'reports/a/PLAN.MD.report.md',
    'reports/photo.png.md',
  ]);
});
