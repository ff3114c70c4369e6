// node --import this file: the process has `process.parentPort`, as Electron's utility processes do.
import { EventEmitter } from 'node:events';

const port = new EventEmitter();
const send = process.send?.bind(process);
Object.assign(process, {
  parentPort: Object.assign(port, { postMessage: (message: unknown) => void send?.(message) }),
  send: undefined,
});
process.on('message', (data) => port.emit('message', { data }));
