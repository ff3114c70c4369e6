import { kindNamed } from '../jobs/kinds.ts';
import { agentId } from '../protocol/agent-id.ts';
import type { Cause } from '../protocol/envelope.ts';
import type { HubEvent } from '../protocol/events.ts';
import { timeOf } from '../protocol/time-of.ts';
import { eventParts, eventSubject, isAboutAnother } from '../protocol/words/event-parts.ts';
import type { Part, Subject } from '../protocol/words/part.ts';
import { formatDateTime } from '../protocol/words/units.ts';
import type { NamesById } from './names-by-id.ts';

/** An event for people, in columns: number, local time, who, workspace (`-` where there is none), what and why. */
export function eventLine(event: HubEvent, names: NamesById): readonly string[] {
  const who = subjectName(event.actor, names);
  const sentence = eventParts(event).map((part) => partText(part, names));
  if (isAboutAnother(event)) sentence.unshift(`${quoted(subjectName(eventSubject(event), names))} `);
  if (event.cause !== undefined) sentence.push(`  (${causeText(event.cause)})`);
  const workspace = 'workspace' in event && event.workspace !== undefined ? names.workspace(event.workspace) : '-';
  return [String(event.seq).padStart(6), formatDateTime(timeOf(event)), who, workspace, sentence.join('')].map(visible);
}

function subjectName(subject: Subject, names: NamesById): string {
  switch (subject.kind) {
    case 'agent':
      return names.agent(agentId(subject.key, subject.agent));
    case 'session':
      return names.session(subject.session);
    case 'human':
    case 'hub':
      return subject.kind; // as --actor takes them
    default:
      return subject satisfies never;
  }
}

function partText(part: Part, names: NamesById): string {
  if (typeof part === 'string') return part;
  if ('agent' in part) return quoted(names.agent(part.agent));
  if ('session' in part) return quoted(names.session(part.session));
  if ('jobKind' in part) return kindNamed(part.jobKind)?.words.noun ?? part.jobKind;
  return quoted('job' in part ? names.job(part.job) : part.data);
}

function causeText(cause: Cause): string {
  return typeof cause === 'number' ? `because of event ${cause}` : `because of ${cause}`;
}

/** Quotes data that could be read as words of the sentence. */
function quoted(text: string): string {
  return /^[\p{L}\p{N}._:/@+-]+$/u.test(text) ? text : JSON.stringify(text);
}

/** An agent's text goes to a terminal: control and bidi characters are shown as escapes. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/gu, (character) => {
    const spelt = JSON.stringify(character).slice(1, -1);
    return spelt === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : spelt;
  });
}
