/** The dashboard's own origin: no file:// and no port that other pages could reach. */
export const appOrigin = 'app://signalbox';

/** A frame as far as its right to a channel goes. */
export interface AskingFrame {
  readonly url: string;
  /** `null` for the top frame of a window. */
  readonly parent: object | null;
}

/** Whether a URL of the scheme is the app's own; `app://` serves no other host. */
export function isAppHost(text: string): boolean {
  const url = URL.parse(text);
  // `URL` gives no origin for a custom scheme, so its parts are compared.
  return url !== null && `${url.protocol}//${url.host}` === appOrigin;
}

/** Whether a URL is the dashboard's page. Agents' files have the same origin, but another path. */
export function isAppPage(text: string): boolean {
  return isAppHost(text) && /^\/?$/u.test(URL.parse(text)?.pathname ?? '');
}

/** Whether a frame is the dashboard: the top frame of its own page, no preview in an iframe, no other page. */
export function isDashboard(frame: AskingFrame | null): frame is AskingFrame {
  return frame !== null && frame.parent === null && isAppPage(frame.url);
}
