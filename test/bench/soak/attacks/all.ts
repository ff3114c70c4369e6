import type { Attack } from './attack.ts';
import { damagedPages } from './damaged-pages.ts';
import { drawings } from './drawings.ts';
import { fastReader } from './fast-reader.ts';
import { halfOpen } from './half-open.ts';
import { keptStreams } from './kept-streams.ts';
import { largePages } from './large-pages.ts';
import { listenIds } from './listen-ids.ts';
import { lockTries } from './lock-tries.ts';
import { longHeaders } from './long-headers.ts';
import { manySessions } from './many-sessions.ts';
import { progressTokens } from './progress-tokens.ts';
import { slowJobs } from './slow-jobs.ts';
import { unreadAnswers } from './unread-answers.ts';
import { uploadsTaken } from './uploads-taken.ts';
import { wrongClock } from './wrong-clock.ts';

interface Listed {
  readonly attack: Attack;
  /** Whether 0.1.0 had nothing of the kind that is attacked. */
  readonly isNew?: true;
}

/** Each by its name in the table. */
export const all: Readonly<Record<string, Listed>> = {
  'drawings without an end': { attack: drawings },
  'long progress tokens': { attack: progressTokens },
  'large pages': { attack: largePages },
  'unread answers': { attack: unreadAnswers },
  'kept streams': { attack: keptStreams },
  'long listen ids': { attack: listenIds },
  'many sessions': { attack: manySessions },
  'damaged pages': { attack: damagedPages },
  'wrong clock': { attack: wrongClock },
  'uploads taken': { attack: uploadsTaken },
  'slow jobs': { attack: slowJobs },
  'fast reader': { attack: fastReader },
  'tries for a lock': { attack: lockTries },
  'half-open peers': { attack: halfOpen },
  'long headers': { attack: longHeaders },
};
