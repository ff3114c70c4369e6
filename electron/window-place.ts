import { z } from 'zod';

/** A rectangle of the desktop, in its pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const pixels = z.number().int().min(-100_000).max(100_000);
const length = pixels.min(1);

const windowStateSchema = z.object({
  bounds: z.union([
    z.object({ x: pixels, y: pixels, width: length, height: length }),
    z.object({ width: length, height: length }),
  ]),
  maximized: z.boolean(),
});

/** Where a window is; without `x` and `y` in the middle of the screen. */
export type WindowState = z.infer<typeof windowStateSchema>;

/** The least window in which nothing is out of reach: any screen there is holds it, also at 200 % zoom. */
export const LEAST_WINDOW = { minWidth: 480, minHeight: 360 } as const;

export const firstWindowState: WindowState = { bounds: { width: 1280, height: 800 }, maximized: false };

/** How much of a window's top edge must be on a screen, so that it can be seen and dragged. */
const GRIP_PX = 80;

/**
 * The stored place of a window, or the default if that is damaged. Always visible: no larger than its screen,
 * and centred if its top edge is on no screen.
 *
 * @param workAreaFor the work area of the screen nearest to a rectangle
 */
export function placeWindow(kept: unknown, workAreaFor: (area: Area) => Area): WindowState {
  const state = windowStateSchema.safeParse(kept).data ?? firstWindowState;
  const { bounds, maximized } = state;
  const wanted = 'x' in bounds ? bounds : undefined;
  const screen = workAreaFor(wanted ?? { x: 0, y: 0, ...bounds });
  const size = { width: Math.min(bounds.width, screen.width), height: Math.min(bounds.height, screen.height) };
  if (!wanted) return { bounds: size, maximized };
  const { x, y } = wanted;
  const seen = Math.min(x + size.width, screen.x + screen.width) - Math.max(x, screen.x);
  const isOnScreen = seen >= GRIP_PX && y >= screen.y && y <= screen.y + screen.height - GRIP_PX;
  return { bounds: isOnScreen ? { x, y, ...size } : size, maximized };
}
