import { digest } from '../../../../protocol/digest.ts';
import type { HubError } from '../../../../protocol/errors.ts';
import { withoutSecrets } from '../../../without-secrets.ts';

/** Bytes of a refusal's message and of its details in the log. */
const MOST_MESSAGE_BYTES = 512;
const MOST_DETAILS_BYTES = 1024;

/** What the log keeps of a refusal for good: its message, without tokens, cut short. */
export function loggedRefusal({ message, details }: HubError): {
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
} {
  return {
    message: digest(withoutSecrets(message), MOST_MESSAGE_BYTES) as string, // of a text it is a text
    ...(details === undefined ? {} : { details: bounded(details) }),
  };
}

function bounded(details: object): Readonly<Record<string, unknown>> {
  const plain = JSON.parse(withoutSecrets(JSON.stringify(details))) as object;
  return digest(plain, MOST_DETAILS_BYTES) as Record<string, unknown>;
}
