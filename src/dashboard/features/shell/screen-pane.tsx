import { Button } from '@mantine/core';
import { createElement, Suspense, use, useEffect, type ReactNode } from 'react';
import { useDashboard, useHub, useServer } from '../../dashboard-context.tsx';
import { remembered } from '../../remembered.ts';
import { CodeMissing, preload, type ScreenCode } from '../../screen-code.ts';
import type { ScreenDefinition } from '../../screen-registry.ts';
import { EmptyState, PageLoader } from '../../ui/states.tsx';
import { ErrorBoundary } from './error-boundary.tsx';

/** After the page is drawn: its own requests come first. */
const PRELOAD_AFTER_MS = 700;
/** A page that was just loaded again for a missing screen is not loaded again for it at once. */
const RELOAD_PAUSE_MS = 30_000;

/** The screen that is shown. One whose code is missing opens by itself when the hub is back. */
export function ScreenPane({ screen }: { screen: ScreenDefinition }): ReactNode {
  const liveSince = useServer(({ connection }) => (connection.status === 'live' ? connection.since : undefined));
  return (
    <ErrorBoundary
      resetKey={`${screen.key} ${liveSince ?? 'away'}`}
      onRetry={() => screen.code.retry()}
      isExpected={isCodeMissing}
      expected={<ScreenMissing title={screen.title} isLive={liveSince !== undefined} />}
    >
      <Suspense fallback={<PageLoader />}>
        <ScreenContent code={screen.code} />
      </Suspense>
    </ErrorBoundary>
  );
}

/** Fetches the code of all screens soon after the hub answers, so that each opens while the hub is away, too. */
export function usePreload(screens: readonly ScreenDefinition[]): void {
  const isLive = useServer(({ connection }) => connection.status === 'live');
  useEffect(() => {
    if (!isLive) return undefined;
    const timer = setTimeout(() => void preload(screens.map(({ code }) => code)), PRELOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isLive, screens]);
}

function ScreenContent({ code }: { code: ScreenCode }): ReactNode {
  return createElement(code.loaded ?? use(code.load()));
}

function isCodeMissing(error: Error): boolean {
  return error instanceof CodeMissing;
}

function ScreenMissing({ title, isLive }: { title: string; isLive: boolean }): ReactNode {
  const { client } = useDashboard();
  const hub = useHub();
  useEffect(() => {
    if (!isLive) return;
    // Some browsers never fetch a part again that failed once; a page that is loaded again gets it.
    void hub.ping().then(reloadOnce, () => undefined);
  }, [hub, isLive]);
  return (
    <EmptyState
      title={`${title} could not be loaded`}
      action={
        isLive ? (
          <Button onClick={() => window.location.reload()}>Load the page again</Button>
        ) : (
          <Button onClick={() => client.retryNow()}>Try now</Button>
        )
      }
    >
      {isLive
        ? 'The hub did not send this part of the page.'
        : 'The hub is away. This opens by itself when it is back.'}
    </EmptyState>
  );
}

function reloadOnce(): void {
  const last = remembered('reloaded', () => window.sessionStorage);
  if (Date.now() - Number(last.get() ?? 0) < RELOAD_PAUSE_MS) return;
  last.set(String(Date.now()));
  window.location.reload();
}
