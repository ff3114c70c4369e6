import envPaths from 'env-paths';

/**
 * Where a hub keeps its data unless an option says otherwise: `$SIGNALBOX_DATA_DIR`, else the platform's usual
 * place (`~/.local/share/signalbox`, `~/Library/Application Support/signalbox`,
 * `%LOCALAPPDATA%\signalbox\Data`).
 */
export function usualDataDir(env: Readonly<Record<string, string | undefined>>): string {
  return env['SIGNALBOX_DATA_DIR'] || envPaths('signalbox', { suffix: '' }).data;
}
