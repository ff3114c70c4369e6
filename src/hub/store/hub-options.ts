import type { Id, IdPrefix } from '../../protocol/ids.ts';
import type { ToolPolicy } from '../../protocol/tool-policy.ts';
import type { SqliteLogOptions } from '../log/open-log.ts';
import type { Logger } from '../logger.ts';
import type { Timers } from '../timers.ts';

export interface HubOptions extends SqliteLogOptions {
  /** Created if missing. */
  readonly dataDir: string;
  /** Ms since the epoch, as the machine has it; `Date.now` by default. */
  readonly now?: () => number;
  readonly timers?: Timers;
  readonly newId?: (prefix: IdPrefix) => Id;
  /** Limits other than usual, by name. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Which tools the key of the first launch has. Default: the usual ones. */
  readonly firstKeyTools?: ToolPolicy;
  /** Without one, a subscriber's error is thrown after the others were called. */
  readonly logger?: Logger;
}
