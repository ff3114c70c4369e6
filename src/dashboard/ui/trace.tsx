import { ChevronRight, CornerDownRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Actor } from '../../protocol/envelope.ts';
import type { HubEvent } from '../../protocol/events.ts';
import type { Frame } from '../../protocol/frames.ts';
import { useUi } from '../dashboard-context.tsx';
import { EventSentence } from './event-sentence.tsx';
import { FrameLine } from './frame-line.tsx';
import { Section } from './panel.tsx';
import { PageLoader } from './states.tsx';
import styles from './trace.module.css';
import { MOST_EFFECTS, moreEffects } from './more-effects.ts';
import { EventClock } from './event-clock.tsx';
import { Clock } from './times.tsx';
import { useLoad } from './use-load.ts';
import { useTouched } from './use-touched.ts';

/** What led to an event: from its nearest cause back to the message that began it. */
export function Causes({ seq, actor }: { seq: number; actor?: Actor }): ReactNode {
  const causes = useLoad(`causes ${seq}`, (hub) => hub.causes({ seq }));
  if (causes.status === 'loading') return <PageLoader />;
  if (causes.status === 'failed') return null;
  const { events, frame, passed } = causes.data;
  return (
    <Section title="Caused by">
      {(events.length > 0 || frame) && (
        <ol className={styles.list}>
          {events.map((cause) => (
            <EventRow key={cause.seq} event={cause} icon={<ChevronRight size={12} aria-hidden />} />
          ))}
          {frame && <TraceFrame frame={frame} icon={<ChevronRight size={12} aria-hidden />} />}
        </ol>
      )}
      {passed !== undefined && <p className={styles.none}>{PASSED_CAUSE}</p>}
      {events.length === 0 && !frame && passed === undefined && (
        <p className={styles.none}>{withoutCause(actor?.kind)}</p>
      )}
    </Section>
  );
}

const PASSED_CAUSE = 'A message that is no longer kept: messages are recorded for some days.';

/** Why an event has no cause in the log. */
function withoutCause(kind: Actor['kind'] | undefined): string {
  switch (kind) {
    case 'hub':
      return 'Nothing else: the hub did it by itself.';
    case 'human':
      return 'Nothing else: the person at the desk did it.';
    case 'agent':
    case undefined:
      return 'No cause was logged.';
    default:
      return kind satisfies never;
  }
}

/** The effects of an event (by seq) or a frame (by id), live. */
export function Effects({ of: cause }: { of: number | string }): ReactNode {
  const touched = useTouched((event) => event.cause === cause);
  const effects = useLoad(`effects ${cause}`, (hub) => hub.effects({ cause }), touched);
  if (effects.status === 'loading') return <PageLoader />;
  if (effects.status === 'failed') return null;
  const more = moreEffects(effects.data.length);
  return (
    <Section title="Led to">
      {effects.data.length === 0 ? (
        <p className={styles.none}>Nothing so far.</p>
      ) : (
        <ol className={styles.list}>
          {effects.data.slice(0, MOST_EFFECTS).map((event) => (
            <EventRow key={event.seq} event={event} icon={<CornerDownRight size={12} aria-hidden />} />
          ))}
        </ol>
      )}
      {more !== undefined && <p className={styles.none}>{more}</p>}
    </Section>
  );
}

/** An event as a line that opens it in the inspector. */
export function EventRow({ event, icon }: { event: HubEvent; icon?: ReactNode }): ReactNode {
  const select = useUi((ui) => ui.select);
  return (
    <li>
      <button type="button" className={styles.row} onClick={() => select({ kind: 'event', seq: event.seq })}>
        {icon}
        <span className={styles.words}>
          <EventSentence event={event} plain />
        </span>
        <EventClock event={event} />
      </button>
    </li>
  );
}

function TraceFrame({ frame, icon }: { frame: Frame; icon: ReactNode }): ReactNode {
  const select = useUi((ui) => ui.select);
  return (
    <li>
      <button type="button" className={styles.row} onClick={() => select({ kind: 'frame', id: frame.id })}>
        {icon}
        <span className={styles.words}>
          <FrameLine frame={frame} />
        </span>
        <Clock at={frame.at} />
      </button>
    </li>
  );
}
