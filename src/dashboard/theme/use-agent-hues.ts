import { useLayoutEffect } from 'react';
import { useServer } from '../dashboard-context.tsx';
import { agentHues } from './agent-hues.ts';

/** Gives each key its colour, as a CSS variable that `agentColor` names. Once, in the shell. */
export function useAgentHues(): void {
  const keys = useServer((server) => server.keys);
  useLayoutEffect(() => {
    const { style } = document.documentElement;
    for (const [keyId, hue] of agentHues(keys.values())) {
      style.setProperty(`--sb-key-${keyId}`, `var(--sb-agent-${hue})`);
    }
  }, [keys]);
}
