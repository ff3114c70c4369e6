import type { FrameRecord } from '../../../protocol/frame-record.ts';

/**
 * Whose a frame is that has neither session nor key that is known: files are given without one to the person alone, and
 * by links. What was refused may have had a wrong key.
 */
export function keylessParty({ method, subject = '', status }: FrameRecord): 'you' | 'a link' | 'nobody known' {
  if (status === undefined || status >= 400 || method === 'OPTIONS') return 'nobody known';
  if (/^\/(?:files|uploads)(?:\/|$)/u.test(subject)) return 'you';
  return subject.startsWith('/links/') ? 'a link' : 'nobody known';
}
