import { useEffect, useState } from 'react';
import type { Rendered, RenderedKind } from './rendered-model.ts';

/** How long the thread may be at one text, in ms, before it is ended. */
const MOST_MS = 3_000;

/** A text as parts to be drawn; undefined while it is taken apart, `failed` when that took too long. */
export function useRendered(kind: RenderedKind, text: string | undefined): Rendered | 'failed' | undefined {
  const [done, setDone] = useState<{ text: string; rendered: Rendered | 'failed' }>();
  useEffect(() => {
    if (text === undefined) return undefined;
    const thread = new Worker(new URL('render-worker.ts', import.meta.url), { type: 'module', name: 'Text' });
    const end = (rendered: Rendered | 'failed'): void => {
      clearTimeout(timer);
      thread.terminate();
      setDone({ text, rendered });
    };
    const timer = setTimeout(() => end('failed'), MOST_MS);
    thread.onmessage = ({ data }: MessageEvent<Rendered>) => end(data);
    thread.onerror = () => end('failed');
    thread.postMessage({ kind, text });
    return () => {
      clearTimeout(timer);
      thread.terminate();
    };
  }, [kind, text]);
  return done !== undefined && done.text === text ? done.rendered : undefined;
}
