// The reference for an event loop's delay: a process that does nothing, beside the one that is measured.
import { loopDelay, watchLoop } from './loop-delay.ts';

process.on('message', ({ command }: { command: string }) => {
  if (command === 'watch-loop') watchLoop();
  process.send?.(command === 'loop-delay' ? loopDelay() : {});
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
process.send?.({});
