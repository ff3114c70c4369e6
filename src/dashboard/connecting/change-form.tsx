import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ClientChange } from '../../protocol/client-offers.ts';
import { Mono } from '../ui/mono.tsx';
import type { Load } from '../ui/use-load.ts';
import styles from './client-panel.module.css';

export interface ChangeFormProps {
  readonly load: Load<ClientChange>;
  readonly submitLabel: (change: ClientChange) => string;
  readonly isPending: boolean;
  readonly onSubmit: (change: ClientChange) => void;
  readonly onCancel: () => void;
  readonly children?: ReactNode;
}

/** A change to a client's file: it is shown before the button that makes it. */
export function ChangeForm({ load, submitLabel, isPending, onSubmit, onCancel, children }: ChangeFormProps): ReactNode {
  const change = load.data;
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (change && change.kind !== 'same') onSubmit(change);
      }}
    >
      {children}
      {load.status === 'failed' && (
        <p role="alert" className={styles.problem} title={load.error.code}>
          {load.error.message}
        </p>
      )}
      {change && <ShownChange change={change} />}
      <div className={styles.buttons}>
        <Button type="submit" variant="filled" disabled={!change || change.kind === 'same'} loading={isPending}>
          {change ? submitLabel(change) : 'Write it'}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}

function ShownChange({ change: { file, linkTo, kind, diff } }: { change: ClientChange }): ReactNode {
  if (kind === 'same') return <p role="status">There is nothing to change: it is so already.</p>;
  return (
    <>
      <p>
        {kind === 'replaces' ? 'This replaces another entry called signalbox in ' : 'This changes '}
        <Mono>{linkTo ?? file}</Mono>
        {linkTo !== undefined && (
          <>
            , which <Mono>{file}</Mono> is a link to
          </>
        )}
        , and nothing else. A copy of the file stays beside it.
      </p>
      <pre className={styles.diff} aria-label="Change to the file" tabIndex={0}>
        {diff.split('\n').map((line, at) => (
          // Lines have no name but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <span key={at} className={styles.line} data-kind={line.charAt(0)}>
            {line}
          </span>
        ))}
      </pre>
    </>
  );
}
