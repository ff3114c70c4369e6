import { useCallback, useEffect, useRef, useState } from 'react';
import type { HubError } from '../../../protocol/errors.ts';
import { mayReadOn, readChunk } from './load-text.ts';
import { appendChunk, decoderFor, emptyWindow, type TextWindow } from './text-window.ts';

export interface Text {
  readonly window: TextWindow;
  readonly isReading: boolean;
  readonly error: HubError | undefined;
  /** Whether the preview ends before the file does. */
  readonly isCut: boolean;
  /** Reads the next chunk, unless one is being read or the preview has ended. */
  readonly readOn: () => void;
}

interface Reading {
  readonly url: string;
  readonly window: TextWindow;
  readonly isReading: boolean;
  readonly error: HubError | undefined;
}

const begin = (url: string): Reading => ({ url, window: emptyWindow, isReading: false, error: undefined });

/** The lines of a text file, read by ranges on demand. */
export function useText(url: string, sizeBytes: number): Text {
  const [shown, setShown] = useState(() => begin(url));
  const reading = shown.url === url ? shown : begin(url);
  const job = useRef<{ url: string; decoder?: TextDecoder; busy: boolean; abort: AbortController }>(undefined);

  const { window } = reading;
  const readOn = useCallback(() => {
    const at = job.current;
    if (!at || at.busy || at.url !== url || !mayReadOn(window.readBytes, sizeBytes)) return;
    at.busy = true;
    setShown({ url, window, isReading: true, error: undefined });
    readChunk(url, window.readBytes, sizeBytes, at.abort.signal).then(
      ({ bytes, isEnd, charset }) => {
        at.busy = false;
        at.decoder ??= decoderFor(bytes, charset);
        const next = appendChunk(window, bytes, at.decoder, isEnd);
        setShown({ url, window: next, isReading: false, error: undefined });
      },
      (error: HubError) => {
        at.busy = false;
        if (!at.abort.signal.aborted) setShown({ url, window, isReading: false, error });
      },
    );
  }, [url, window, sizeBytes]);

  useEffect(() => {
    const mine = { url, busy: false, abort: new AbortController() };
    job.current = mine;
    setShown(begin(url));
    return () => mine.abort.abort();
  }, [url]);

  const isUnread = window.readBytes === 0 && reading.error === undefined;
  useEffect(() => {
    if (isUnread) readOn();
  }, [isUnread, readOn]);

  return {
    window,
    isReading: reading.isReading,
    error: reading.error,
    isCut: window.open && !mayReadOn(window.readBytes, sizeBytes),
    readOn,
  };
}
