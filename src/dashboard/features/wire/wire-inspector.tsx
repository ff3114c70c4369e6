import { Button, SegmentedControl } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { agentId, idOfAgent } from '../../../protocol/agent-id.ts';
import type { FrameBody, FrameContent, FrameHead, FrameRecord } from '../../../protocol/frame-record.ts';
import { formatCount, formatDateTime, formatDuration, formatSize, formatTime } from '../../../protocol/words/units.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import type { Selection } from '../../selection.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { WireBadge } from '../../ui/badge.tsx';
import { DirectionMark } from '../../ui/frame-line.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { MomentLink } from '../../ui/moment-link.tsx';
import { CopyButton, Mono } from '../../ui/mono.tsx';
import { KeyValue, Section } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { Effects } from '../../ui/trace.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { asClientCall, asCurl, headText } from './copies.ts';
import { outcomeTone } from './wire-columns.tsx';
import { ReferenceText } from '../../ui/reference-text.tsx';
import { WorkspaceName } from '../../ui/workspace-column.tsx';
import styles from './wire.module.css';

/** A recorded frame: what it was, its heads and bodies as they were sent, its pair, and what it led to. */
export function WireInspector({ id }: { id: string }): ReactNode {
  const load = useLoad(`recorded ${id}`, (hub) => hub.frameGet({ frameId: id }));
  return (
    <Loaded
      load={load}
      missing={
        <>
          <EmptyState title="This frame is no longer kept">
            Recordings are kept for some days and up to a size. What it led to stays in the log.
          </EmptyState>
          <Effects of={id} />
        </>
      }
    >
      {(content) => <FrameParts content={content} />}
    </Loaded>
  );
}

function FrameParts({ content }: { content: FrameContent }): ReactNode {
  const { frame, request, response, body, answer } = content;
  return (
    <>
      <p className={styles.lead}>
        <DirectionMark direction={frame.direction} /> <Mono>{frame.tool ?? frame.method ?? frame.kind}</Mono>{' '}
        {frame.subject !== undefined && <Mono dim>{frame.subject}</Mono>}
      </p>
      <Copies content={content} />
      <Section title="Frame">
        <FrameFacts frame={frame} />
      </Section>
      {body && (
        <Body body={body} title={frame.kind === 'exchange' ? 'Body of the request' : 'Body'} frameId={frame.id} />
      )}
      {answer && <Body body={answer} title="Body of the answer" frameId={frame.id} />}
      {request && <Head head={request} title="Request" />}
      {response && <Head head={response} title="Answer" />}
      {frame.direction === 'in' && <Effects of={frame.id} />}
    </>
  );
}

/** What can be taken to other programs. */
function Copies({ content }: { content: FrameContent }): ReactNode {
  const url = useServer(({ hub }) => hub?.url ?? window.location.origin);
  const copies = [
    ['JSON', JSON.stringify(content, undefined, 2)],
    ['curl', asCurl(content, url)],
    ['client call', asClientCall(content)],
  ] as const;
  return (
    <div className={styles.actions} role="group" aria-label="Copy as">
      {copies.map(([name, text]) => text !== undefined && <CopyText key={name} name={name} text={text} />)}
    </div>
  );
}

function CopyText({ name, text }: { name: string; text: string }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  return (
    <Button
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => setCopied(true));
      }}
      onBlur={() => setCopied(false)}
    >
      {/* As wide as the longer of both: it is released when the next thing is pressed, and that may not move. */}
      <span className={styles.copy} data-copied={isCopied || undefined}>
        <span>{`Copy as ${name}`}</span>
        <span>{`Copied as ${name}`}</span>
      </span>
    </Button>
  );
}

function FrameFacts({ frame }: { frame: FrameRecord }): ReactNode {
  const open = useServer(({ sessions }) => sessions.get(frame.sessionId ?? ''));
  const { keyId, sessionId, workspace, wire, status, code, seq, masked, latencyMs, rpcId, pair, exchange } = frame;
  const who = keyId === undefined ? open && idOfAgent(open) : agentId(keyId, frame.agent);
  return (
    <KeyValue
      rows={[
        ['Time', <Mono key="at">{`${formatDateTime(frame.at).slice(0, 10)} ${formatTime(frame.at, true)}`}</Mono>],
        ['Board', <MomentLink key="board" of={{ at: frame.at }} />],
        ['Agent', who !== undefined && <AgentChip key="agent" agent={who} />],
        ['Direction', frame.direction === 'in' ? 'From the client' : 'To the client'],
        ['Kind', frame.kind],
        ['Wire', wire && <WireBadge key="wire" wire={wire} />],
        [
          'Outcome',
          <Mono key="outcome" tone={outcomeTone(frame)}>
            {frame.outcome}
          </Mono>,
        ],
        ['Status', status !== undefined && <Mono key="status">{status}</Mono>],
        [
          'Code',
          code !== undefined && (
            <Mono key="code" tone="refused">
              {code}
            </Mono>
          ),
        ],
        ['Took', latencyMs !== undefined && <Mono key="took">{formatDuration(latencyMs)}</Mono>],
        ['Size', <Mono key="size">{formatSize(frame.sizeBytes)}</Mono>],
        ['Request id', rpcId !== undefined && <Mono key="rpc">{String(rpcId)}</Mono>],
        [
          frame.kind === 'response' ? 'Answers' : 'Answer',
          pair !== undefined && (
            <Link
              key="pair"
              to={{ kind: 'wire', id: pair }}
              words={frame.kind === 'response' ? 'Its request' : 'Its answer'}
            />
          ),
        ],
        [
          'Carried by',
          exchange !== undefined && (
            <Link key="exchange" to={{ kind: 'wire', id: exchange }} words="Its HTTP exchange" />
          ),
        ],
        ['Event', seq !== undefined && <Link key="seq" to={{ kind: 'event', seq }} words={`#${seq}`} />],
        ['Workspace', workspace !== undefined && <WorkspaceName key="workspace" id={workspace} />],
        [
          'Session',
          sessionId !== undefined && (
            <Link
              key="session"
              to={{ kind: 'session', sessionId }}
              words={<ReferenceText of={{ kind: 'session', sessionId }} />}
            />
          ),
        ],
        [
          'Masked',
          masked > 0 &&
            `${formatCount(masked)} ${masked === 1 ? 'secret was' : 'secrets were'} replaced before it was stored`,
        ],
        ['Id', <Mono key="id">{frame.id}</Mono>],
      ]}
    />
  );
}

function Link({ to, words }: { readonly to: Selection; readonly words: ReactNode }): ReactNode {
  const select = useUi((ui) => ui.select);
  return <TextButton onClick={() => select(to)}>{words}</TextButton>;
}

/** A body, indented or as it was sent. */
function Body({
  body,
  title,
  frameId,
}: {
  readonly body: FrameBody;
  readonly title: string;
  readonly frameId: string;
}): ReactNode {
  const [view, setView] = useState<'pretty' | 'raw'>('pretty');
  const isText = body.encoding === 'utf8';
  return (
    <Section
      title={body.cut ? `${title} (its beginning, of ${formatSize(body.sizeBytes)})` : title}
      aside={
        isText && (
          <SegmentedControl<'pretty' | 'raw'>
            aria-label={`${title}: how it is shown`}
            size="xs"
            data={[
              { value: 'pretty', label: 'Pretty' },
              { value: 'raw', label: 'Raw' },
            ]}
            value={view}
            onChange={setView}
          />
        )
      }
    >
      {!isText && <p className={styles.quiet}>Its bytes are not UTF-8. Here they are as Base64.</p>}
      {isText && view === 'pretty' ? (
        <JsonView key={frameId} text={body.text} label="body" />
      ) : (
        <Raw text={body.text} label={title} />
      )}
    </Section>
  );
}

function Raw({ text, label }: { text: string; label: string }): ReactNode {
  return (
    <>
      <pre className={styles.raw} tabIndex={0} aria-label={`${label}, raw`}>
        {text}
      </pre>
      <CopyButton text={text} label={`Copy ${label}`} />
    </>
  );
}

function Head({ head, title }: { readonly head: FrameHead; readonly title: string }): ReactNode {
  return (
    <Section
      title={title}
      aside={<CopyButton text={headText(head)} label={`Copy the head of the ${title.toLowerCase()}`} />}
    >
      <pre className={styles.raw} tabIndex={0} aria-label={`${title}, as it was sent`}>
        {headText(head)}
      </pre>
    </Section>
  );
}
