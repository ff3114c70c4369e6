import type { FrameContent } from '../frame-record.ts';
import { headerOf, refusalCode } from './heads.ts';
import type { GuardCheck, Verdict } from './model.ts';

/** Which check refuses with a code; checks are made in this order. */
const refusedBy: readonly { readonly name: GuardCheck['name']; readonly codes: readonly string[] }[] = [
  { name: 'Host', codes: ['host_refused'] },
  { name: 'Origin', codes: ['origin_refused'] },
  { name: 'Key', codes: ['unauthorized', 'key_revoked', 'key_expired', 'key_suspended'] },
  { name: 'Scope', codes: ['forbidden', 'rate_limited'] },
];

/** The checks that a request went through, in order, and how each went. */
export function guardsOf(content: FrameContent, keyName: (keyId: string) => string | undefined): readonly GuardCheck[] {
  const code = refusalCode(content);
  const { frame, request } = content;
  const isHostMissing = frame.status === 400 && request !== undefined && headerOf(request, 'host') === undefined;
  const values: Readonly<Record<GuardCheck['name'], string>> = {
    Host: headerOf(request, 'host') ?? 'none',
    Origin: headerOf(request, 'origin') ?? 'none',
    Key:
      frame.keyId === undefined
        ? headerOf(request, 'authorization') === undefined
          ? 'none'
          : 'sent'
        : (keyName(frame.keyId) ?? frame.keyId),
    Scope: 'by role, at each call',
  };
  let refused = isHostMissing ? 0 : refusedBy.findIndex(({ codes }) => code !== undefined && codes.includes(code));
  // Where nothing is, nobody asks for a key.
  const isKeyless = refused === -1 && frame.keyId === undefined;
  if (refused === -1) refused = refusedBy.length;
  return refusedBy.map(({ name }, at) => {
    const isUnreached = at > refused || (isKeyless && at >= 2);
    const verdict: Verdict = isUnreached ? 'unreached' : at === refused ? 'refused' : 'passed';
    return { name, verdict, value: isUnreached ? '' : values[name] };
  });
}
