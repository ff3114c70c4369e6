import type { WaitingLogin } from '../../protocol/agent-login.ts';

/** Where the answer to a login goes, in words; its address stands beside that. */
export function returnWords({ returnKind }: Pick<WaitingLogin, 'returnKind'>): string {
  switch (returnKind) {
    case 'loopback':
      return 'a program on the machine of that browser';
    case 'web':
      return 'a website';
    case 'app':
      return 'an app on the machine of that browser';
    default:
      return returnKind satisfies never;
  }
}

/** Whether the answer goes elsewhere than to a program, so that the person should look at where. */
export function isElsewhere({ returnKind }: Pick<WaitingLogin, 'returnKind'>): boolean {
  return returnKind !== 'loopback';
}
