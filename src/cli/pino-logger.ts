import type { Logger as Pino } from 'pino';

/** The hub's diagnostics, as a command prints them. */
export interface CliLogger {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

type Level = keyof CliLogger;

/**
 * Logs to stderr as pino's JSON lines, never to stdout. Pino is loaded with the first line, so that a start
 * without one does not wait for it. Lines logged meanwhile are kept.
 */
export function createLogger(level: string): CliLogger {
  const levels = ['debug', 'info', 'warn', 'error', 'silent'];
  const least = levels.indexOf(level);
  let pino: Pino | undefined;
  let waiting: [Level, object, string][] | undefined;

  const log = (at: Level, facts: object, message: string): void => {
    if (levels.indexOf(at) < least) return;
    if (pino) {
      pino[at](facts, message);
      return;
    }
    if (waiting) {
      waiting.push([at, facts, message]);
      return;
    }
    const lines: [Level, object, string][] = [[at, facts, message]];
    waiting = lines;
    void import('pino').then(({ default: create }) => {
      const made = create({ level, base: null }, create.destination({ dest: 2, sync: true }));
      for (const [line, lineFacts, lineMessage] of lines) made[line](lineFacts, lineMessage);
      pino = made;
    });
  };
  return {
    info: (facts, message) => log('info', facts, message),
    warn: (facts, message) => log('warn', facts, message),
    error: (facts, message) => log('error', facts, message),
  };
}
