import { EventEmitter } from 'node:events';

/** One end in the main process. Messages wait until `start`, as Electron's do. */
export class MessagePortMain extends EventEmitter {
  #other: MessagePortMain | undefined;
  #waiting: unknown[] | undefined = [];
  #closed = false;

  static pair(): [MessagePortMain, MessagePortMain] {
    const [one, two] = [new MessagePortMain(), new MessagePortMain()];
    one.#other = two;
    two.#other = one;
    return [one, two];
  }

  postMessage(message: unknown): void {
    const other = this.#other;
    if (!other || this.#closed) return;
    const copy = structuredClone(message);
    setImmediate(() => other.#take(copy));
  }

  start(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const message of waiting) this.emit('message', { data: message });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const other = this.#other;
    setImmediate(() => {
      this.emit('close');
      other?.close();
    });
  }

  #take(message: unknown): void {
    if (this.#waiting) this.#waiting.push(message);
    else this.emit('message', { data: message });
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;

  constructor() {
    [this.port1, this.port2] = MessagePortMain.pair();
  }
}
