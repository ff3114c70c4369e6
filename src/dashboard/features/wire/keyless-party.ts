import type { FrameRecord } from '../../../protocol/frame-record.ts';

/**
 * Whose a frame is that has neither session nor key that is known: files are given without one to the person alone, and
 * by links. What was refused may have had a wrong key; whose key a request has is recorded with its answer.
 */
export function keylessParty({
  method,
  subject = '',
  status,
  outcome,
}: FrameRecord): 'you' | 'a link' | 'nobody known' | 'not known yet' {
  if (status === undefined && outcome === 'pending') return 'not known yet';
  if (status === undefined || status >= 400 || method === 'OPTIONS') return 'nobody known';
  if (/^\/(?:files|uploads)(?:\/|$)/u.test(subject)) return 'you';
  return subject.startsWith('/links/') ? 'a link' : 'nobody known';
}
