import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { MessageWaiter } from './message-waiter.ts';
import { mainProgram } from './run-program.ts';
import type { RpcJson } from './wire-client.ts';

/** `signalbox connect` as it is built: one file. */
export const connectProgram = path.join(path.dirname(mainProgram), 'connect.mjs');

/** `signalbox connect` in a process of its own, spoken to by plain lines. */
export interface ConnectProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Every line of stdout so far. */
  readonly lines: readonly string[];
  /** What it wrote to stderr so far. */
  err(): string;
  /** Sends a message; a text goes as it is, without a line end. */
  send(message: object | string): void;
  /** Sends a request and waits for its answer. */
  ask(method: string, params?: object): Promise<RpcJson>;
  /** Sends a request and answers its id at once. */
  begin(method: string, params?: object): number;
  /** The first message that fits, of those that came and that come. */
  message(fits: (message: RpcJson) => boolean): Promise<RpcJson>;
  /** The answer to the request with this id. */
  answer(id: number): Promise<RpcJson>;
  /** `initialize` and `notifications/initialized`. */
  handshake(options?: {
    readonly version?: string;
    readonly name?: string;
    readonly capabilities?: object;
  }): Promise<RpcJson>;
  /** Calls a tool; answers its result. */
  call(name: string, args?: object): Promise<Record<string, unknown>>;
  /** Closes its stdin; resolves with the exit code. */
  leave(): Promise<number | null>;
  readonly exited: Promise<number | null>;
}

export interface ConnectProcessOptions {
  readonly dataDir: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Which Node runs it. Default: that of the tests. */
  readonly node?: string;
  readonly program?: string;
  /** What goes before the options. */
  readonly words?: readonly string[];
}

/** An environment without what the machine of the tests says about hubs. */
export function plainEnv(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith('SIGNALBOX_'));
  return { ...(Object.fromEntries(env) as Record<string, string>), ...more };
}

export function startConnect(options: ConnectProcessOptions): ConnectProcess {
  const { dataDir, args = [], env = {}, node = process.execPath, program = connectProgram, words = [] } = options;
  const child = spawn(node, [program, ...words, '--data-dir', dataDir, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: plainEnv(env),
  });
  const lines: string[] = [];
  const messages: RpcJson[] = [];
  const came = new MessageWaiter();
  let err = '';
  let asked = 0;
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    messages.push(JSON.parse(line) as RpcJson);
    came.changed();
  });
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  child.stdin.on('error', () => undefined); // a test may write to one that has ended
  const exited = once(child, 'close').then(([code]) => code as number | null);

  const send = (message: object | string): void => {
    child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  };
  const message = (fits: (message: RpcJson) => boolean): Promise<RpcJson> => came.until(() => messages.find(fits));
  const answer = (id: number): Promise<RpcJson> => message((one) => one.id === id && one.method === undefined);
  const begin = (method: string, params: object = {}): number => {
    asked += 1;
    send({ jsonrpc: '2.0', id: asked, method, params });
    return asked;
  };
  const ask = (method: string, params?: object): Promise<RpcJson> => answer(begin(method, params));
  const leave = (): Promise<number | null> => {
    child.stdin.end();
    return exited;
  };
  return {
    child,
    lines,
    err: () => err,
    send,
    ask,
    begin,
    message,
    answer,
    async handshake({ version = '2025-11-25', name = 'raw', capabilities = {} } = {}) {
      const clientInfo = { name, version: '1' };
      const answered = await ask('initialize', { protocolVersion: version, capabilities, clientInfo });
      send({ jsonrpc: '2.0', method: 'notifications/initialized' });
      return answered;
    },
    async call(name, args = {}) {
      const { result, error } = await ask('tools/call', { name, arguments: args });
      if (error) throw new Error(error.message);
      return result ?? {};
    },
    leave,
    exited,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A data directory of a test's own. */
export async function emptyDataDir(): Promise<{ readonly dataDir: string } & AsyncDisposable> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'signalbox-connect-'));
  return { dataDir, [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }) };
}

/** The text of a tool's result. */
export function textIn(result: Record<string, unknown>): string {
  const [first] = (result['content'] ?? []) as { text?: string }[];
  return first?.text ?? '';
}
