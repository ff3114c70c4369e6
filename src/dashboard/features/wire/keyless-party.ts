import type { FrameRecord } from '../../../protocol/frame-record.ts';

/**
 * Whose a frame is that has neither session nor key: files are given without a key to the person alone, and by links.
 */
export function keylessParty({ method, subject = '', status }: FrameRecord): 'you' | 'a link' | 'no key' {
  if (status === undefined || status >= 400 || method === 'OPTIONS') return 'no key';
  if (/^\/(?:files|uploads)(?:\/|$)/u.test(subject)) return 'you';
  return subject.startsWith('/links/') ? 'a link' : 'no key';
}
