import type { ReactNode } from 'react';
import type { HandshakeFacts } from '../../../../protocol/handshake/model.ts';
import { Mono } from '../../../ui/mono.tsx';
import { wireWords } from '../../../ui/wire-words.ts';
import styles from './diagram.module.css';

type HandshakeParty = HandshakeFacts['client'];

/** The name and abilities of each side, as it stated them, side by side, and what they agreed on. */
export function HandshakeFactsTable({ facts }: { readonly facts: HandshakeFacts }): ReactNode {
  const { wire, asked, agreed, client, server, clientCan, hubCan } = facts;
  return (
    <section className={styles.facts} aria-label="What was agreed on">
      <Side
        title="Agent"
        party={client}
        can={clientCan}
        version={asked === undefined ? undefined : `asks for ${asked}`}
      />
      <Side
        title="Hub"
        party={server}
        can={hubCan}
        version={agreed === undefined ? undefined : `agrees on ${agreed}`}
      />
      <div className={styles.side}>
        <h2>Wire</h2>
        <p>{wire === undefined ? 'not known' : wireWords[wire].title}</p>
      </div>
    </section>
  );
}

interface SideProps {
  readonly title: string;
  readonly party: HandshakeParty;
  readonly version: string | undefined;
  readonly can: readonly string[] | undefined;
}

function Side({ title, party, version, can }: SideProps): ReactNode {
  return (
    <div className={styles.side}>
      <h2>{title}</h2>
      <p>
        {party === undefined ? 'did not say who it is' : <Mono>{`${party.name} ${party.version}`.trim()}</Mono>}
        {version !== undefined && (
          <>
            , <Mono>{version}</Mono>
          </>
        )}
      </p>
      {can !== undefined && <p>{can.length === 0 ? 'No capabilities' : <Mono dim>{can.join(', ')}</Mono>}</p>}
    </div>
  );
}
