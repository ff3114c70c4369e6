import type { ReactNode } from 'react';
import type { EventReference } from '../../protocol/events/define-event.ts';
import { useAgentName, useKeyName, useNamed } from '../dashboard-context.tsx';

/** What something is called: an agent's name, a path. Its id only where no name is known. */
export function ReferenceText({ of: what }: { of: EventReference }): ReactNode {
  switch (what.kind) {
    case 'session':
      return <SessionText sessionId={what.sessionId} />;
    case 'lock':
      return what.path;
    case 'job':
      return <JobText jobId={what.jobId} />;
    case 'file':
      return `${what.path} v${what.version}`;
    case 'key':
      return <KeyText keyId={what.keyId} />;
    default:
      return what satisfies never;
  }
}

function SessionText({ sessionId }: { sessionId: string }): ReactNode {
  const agent = useNamed('owners', sessionId);
  return agent === undefined ? sessionId : <AgentText agent={agent} />;
}

function JobText({ jobId }: { jobId: string }): ReactNode {
  return useNamed('jobPaths', jobId) ?? jobId;
}

function AgentText({ agent }: { agent: string }): ReactNode {
  return useAgentName(agent);
}

function KeyText({ keyId }: { keyId: string }): ReactNode {
  return useKeyName(keyId);
}
