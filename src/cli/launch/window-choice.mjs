/**
 * @typedef {object} Desk where a window would have to open
 * @property {NodeJS.Platform} platform
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {number | undefined} uid the user's id, where the platform has one
 */

/**
 * Why no window can open at this desk, whatever is installed; undefined where one can.
 *
 * @param {Desk} desk
 * @returns {string | undefined}
 */
export function whyNoDisplay({ platform, env, uid }) {
  if (platform === 'win32' || platform === 'darwin') {
    return env.SSH_CONNECTION ? 'this is a remote shell' : undefined;
  }
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)';
  // Chromium will not run its sandbox as root, and the window is never opened without it.
  if (uid === 0) return "the window's sandbox cannot run as root";
  return undefined;
}
