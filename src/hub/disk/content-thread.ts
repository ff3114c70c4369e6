import { parentPort } from 'node:worker_threads';
import type { FromContentThread, ToContentThread } from './content-writer.ts';
import { storeContent } from './store-content.ts';

const port = parentPort;
port?.postMessage('ready' satisfies FromContentThread);
port?.on('message', (message: ToContentThread) => {
  if (message.kind === 'close') return port.close();
  storeContent(message.incoming, message.content, (stored) => {
    port.postMessage(stored satisfies FromContentThread);
  });
});
