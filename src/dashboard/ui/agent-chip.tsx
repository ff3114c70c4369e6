import { User, Cog } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { agentId, agentOfId } from '../../protocol/agent-id.ts';
import type { Actor } from '../../protocol/envelope.ts';
import { fewMarks } from '../../protocol/names/few-marks.ts';
import { useAgentName, useUi } from '../dashboard-context.tsx';
import { agentColor, agentMark } from '../theme/agent-hues.ts';
import styles from './agent-chip.module.css';

export interface AgentChipProps {
  /** Of an agent (`agentId`), or of a key. */
  readonly agent: string;
  /** `plain`: not a button (inside a row or button that is one). */
  readonly plain?: boolean;
}

/** What the style sheet asks for: the agent's colour, and its letters as a CSS string. */
type AgentStyle = CSSProperties & Record<'--agent' | '--agent-mark', string>;

/** An agent by the name of its key, and its own where the key has several, in its hue, and with two letters where more agents than hues are active. A click shows the key in the inspector. */
export function AgentChip({ agent, plain = false }: AgentChipProps): ReactNode {
  const name = useAgentName(agent);
  const shown = (
    <span className={styles.name} title={name}>
      {fewMarks(name)}
    </span>
  );
  const style: AgentStyle = { '--agent': agentColor(agent), '--agent-mark': agentMark(agent) };
  if (plain) {
    return (
      <span className={styles.chip} style={style}>
        {shown}
      </span>
    );
  }
  return (
    <ChipButton keyId={agentOfId(agent).keyId} style={style}>
      {shown}
    </ChipButton>
  );
}

/** Apart from the chip, of which a list has hundreds that are no buttons. */
function ChipButton(props: { readonly keyId: string; readonly style: AgentStyle; readonly children: ReactNode }) {
  const { keyId, style, children } = props;
  const select = useUi((ui) => ui.select);
  return (
    <button
      type="button"
      className={styles.chip}
      style={style}
      onClick={(event) => {
        event.stopPropagation();
        select({ kind: 'key', keyId });
      }}
    >
      {children}
    </button>
  );
}

/** Who did it: an agent in its hue, the person at the desk, or the hub itself. */
export function ActorLabel({ actor, plain = false }: { actor: Actor; plain?: boolean }): ReactNode {
  switch (actor.kind) {
    case 'agent':
      return <AgentChip agent={agentId(actor.key, actor.agent)} plain={plain} />;
    case 'human':
      return (
        <span className={styles.other}>
          <User size={12} aria-hidden /> You
        </span>
      );
    case 'hub':
      return (
        <span className={styles.other}>
          <Cog size={12} aria-hidden /> Hub
        </span>
      );
    default:
      return actor satisfies never;
  }
}
