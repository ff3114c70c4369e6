import { Anchor, Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { ClientChanged, ClientOffer } from '../../protocol/client-offers.ts';
import type { WorkspaceState } from '../../protocol/state.ts';
import { Mono } from '../ui/mono.tsx';
import { ClientArrival } from './client-arrival.tsx';
import styles from './client-panel.module.css';
import { SetUpForm } from './set-up-form.tsx';
import { SnippetTexts } from './snippet-texts.tsx';
import { TakeBackForm } from './take-back-form.tsx';

export interface ClientPanelProps {
  readonly offer: ClientOffer;
  readonly workspace: WorkspaceState;
  /** Something was written or taken back. */
  readonly onChanged: () => void;
}

/** One client of this machine: what its file has, the change that sets it up, and whether it is seen. */
export function ClientPanel({ offer, workspace, onChanged }: ClientPanelProps): ReactNode {
  const [open, setOpen] = useState<'set_up' | 'take_back'>();
  const [done, setDone] = useState<ClientChanged & { readonly words: string }>();
  const { here, label } = offer;
  const finish = (words: string) => (changed: ClientChanged) => {
    setOpen(undefined);
    setDone({ ...changed, words });
    onChanged();
  };
  return (
    <section className={styles.panel} aria-label={label}>
      <div className={styles.facts}>
        <h4>{label}</h4>
        {here && (
          <Mono dim cut title={here.file}>
            {here.file}
          </Mono>
        )}
        {here && <p>{stateWords(offer)}</p>}
      </div>
      {here && open === undefined && (
        <div className={styles.buttons}>
          {here.state === 'unreadable' ? (
            <Button onClick={onChanged}>Look again</Button>
          ) : (
            <Button variant={here.state === 'set_up' ? 'default' : 'filled'} onClick={() => setOpen('set_up')}>
              {here.state === 'set_up' ? 'Set up otherwise' : 'Set up'}
            </Button>
          )}
          {here.canTakeBack && <Button onClick={() => setOpen('take_back')}>Take back</Button>}
          {here.link !== undefined && here.isFound && here.state === 'none' && (
            <Anchor href={here.link} size="sm">
              Add it in {label} itself
            </Anchor>
          )}
        </div>
      )}
      {open === 'set_up' && (
        <SetUpForm
          offer={offer}
          workspace={workspace}
          onDone={finish('is set up. Start it anew')}
          onCancel={() => setOpen(undefined)}
        />
      )}
      {open === 'take_back' && (
        <TakeBackForm client={offer.id} onDone={finish('is as it was before')} onCancel={() => setOpen(undefined)} />
      )}
      {done && open === undefined && (
        <p role="status" className={styles.done}>
          {label} {done.words}.
          {done.copy !== undefined && (
            <>
              {' '}
              The file as it was: <Mono>{done.copy}</Mono>
            </>
          )}
        </p>
      )}
      {open === undefined && (here?.state === 'set_up' || here === undefined) && (
        <ClientArrival offer={offer} workspace={workspace.name} />
      )}
      {open === undefined && (
        <details className={styles.byHand}>
          <summary>By hand</summary>
          <SnippetTexts snippets={offer.snippets} label={label} />
          <p>{offer.allow}</p>
        </details>
      )}
    </section>
  );
}

function stateWords({ here, label }: ClientOffer): string {
  if (here?.state === 'set_up') return `It is set up: Signalbox knows it as ${here.as ?? 'an agent'}.`;
  if (here?.state === 'other') return 'Its file has another entry called signalbox. You see it before it is replaced.';
  if (here?.state === 'unreadable') return here.problem ?? 'Its file cannot be read.';
  return here?.isFound === true
    ? `${label} is on this computer, and not set up yet.`
    : `${label} was not found on this computer.`;
}
