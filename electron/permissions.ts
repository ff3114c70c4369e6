import { session } from 'electron';

/** A copy button writes plain text after a click; the page needs nothing else of the machine. */
const allowed = new Set(['clipboard-sanitized-write']);

/** Denies camera, microphone, location, notifications, devices and all the rest. */
export function denyPermissions(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_page, permission, answer) => {
    answer(allowed.has(permission));
  });
  defaultSession.setPermissionCheckHandler((_page, permission) => allowed.has(permission));
  defaultSession.setDevicePermissionHandler(() => false);
}
