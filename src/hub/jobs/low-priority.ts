import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Has this process' work done after that of others. On Linux a priority is a thread's, and later threads have
 * that of the one that starts them: those that V8 collects its garbage with are there already, and are lowered too.
 */
export function lowerPriority(): void {
  for (const thread of threads()) {
    try {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // That thread has ended meanwhile, or the system does not let it.
    }
  }
}

function threads(): readonly number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return [0]; // elsewhere: the process
  }
}
