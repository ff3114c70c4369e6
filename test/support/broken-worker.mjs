// A job's thread that does what its file's name says, for tests of what becomes of the job.
export default async function work({ input, port }) {
  port.postMessage({ kind: 'log', line: `asked to ${input.name}` });
  port.postMessage({ kind: 'progress', fraction: 0.5, message: 'half' });
  switch (input.name) {
    case 'exit':
      return process.exit(3);
    case 'throw':
      throw new Error('out of luck');
    case 'crash':
      setImmediate(() => {
        throw new Error('uncaught');
      });
      return new Promise(() => undefined);
    case 'eat': {
      const eaten = [];
      for (;;) eaten.push(Array.from({ length: 100_000 }, (_, n) => ({ n })));
    }
    case 'spin':
      for (;;);
    case 'hang':
      return new Promise(() => undefined);
    default:
      return { ok: true, result: { name: input.name } };
  }
}
