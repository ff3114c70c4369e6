import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a port of this machine that can be cut and mended. */
export class CuttableLine {
  readonly #server = createServer((near) => this.#join(near));
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  readonly #joined = new Set<{ readonly near: Socket; readonly far: Socket }>();
  /** Bytes that have come from the far end. */
  received = 0;
  #isCut = false;

  private constructor(target: number) {
    this.#target = target;
  }

  static async to(port: number): Promise<CuttableLine> {
    const line = new CuttableLine(port);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port; // it listens on TCP
  }

  /** Breaks what is connected, and whatever tries to connect until it is mended. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Nothing of the far end comes through what is connected now; it is broken by the function that this returns. */
  hush(): () => void {
    const hushed = [...this.#joined];
    for (const { near, far } of hushed) far.unpipe(near);
    return () => {
      for (const { near } of hushed) near.resetAndDestroy();
    };
  }

  mend(): void {
    this.#isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    if (this.#isCut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    const joined = { near, far };
    this.#joined.add(joined);
    near.once('close', () => this.#joined.delete(joined));
    far.on('data', (bytes: Buffer) => void (this.received += bytes.length));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined); // its close follows
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
