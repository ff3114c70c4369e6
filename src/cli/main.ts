import { keepCompiledCode } from './compiled-code.ts';

// First of all: the code of what is imported before it would be compiled at each start.
keepCompiledCode(import.meta.url);
const { runProcess } = await import('./run-process.ts');
await runProcess();
