import type { DatabaseSync } from 'node:sqlite';
import { recorderDefaults, type RecorderSettings } from '../protocol/recorder-settings.ts';

/** Workspaces that may be left out, at most. */
const MOST_WORKSPACES = 10_000;

/** Reads the settings that were chosen; what was not is as usual. */
export function readSettings(db: DatabaseSync): RecorderSettings {
  const value = db.prepare("SELECT value FROM meta WHERE name = 'settings'").get()?.['value'];
  if (typeof value !== 'string') return recorderDefaults;
  return { ...recorderDefaults, ...(JSON.parse(value) as Partial<RecorderSettings>) };
}

export function writeSettings(db: DatabaseSync, settings: RecorderSettings): RecorderSettings {
  const bounded = { ...settings, offWorkspaces: settings.offWorkspaces.slice(0, MOST_WORKSPACES) };
  db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('settings', ?)").run(JSON.stringify(bounded));
  return bounded;
}
