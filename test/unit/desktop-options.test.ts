import { expect, test } from 'vitest';
import { readOptions } from '../../electron/desktop-options.ts';

test('[EL21] the desktop takes a port and a folder, and refuses what is none', () => {
  expect(readOptions([], {})).toEqual({ port: 7337, dataDir: undefined });
  const env = { SIGNALBOX_PORT: '1', SIGNALBOX_DATA_DIR: '/from/env' };
  expect(readOptions([], env)).toEqual({ port: 1, dataDir: '/from/env' });
  expect(readOptions(['--port', '0', '--data-dir', '/given'], env)).toEqual({ port: 0, dataDir: '/given' });
  for (const [argv, from] of [
    [['--data-dir', ''], {}],
    [['--data-dir', ' '], {}],
    [[], { SIGNALBOX_DATA_DIR: '' }],
    [['--port', 'x'], {}],
    [['--port', '70000'], {}],
  ] as const) {
    expect(() => readOptions(argv, from)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  }
});
