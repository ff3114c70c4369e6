import { call } from './define-call.ts';
import { nothing } from './fields.ts';

/** The key or workspace that uses most of it. */
export interface LimitUse {
  readonly amount: number;
  /** The key or the workspace, where the limit is one's. */
  readonly id?: string;
}

/** A limit of what agents make or have at the same time. */
export interface LimitLine {
  /** As `serve --limit` takes it. */
  readonly name: string;
  /** What it counts by: each key, each workspace, each session or lock or request, or the whole hub. */
  readonly scope: 'key' | 'workspace' | 'one' | 'hub';
  /** What is counted, in the plural. */
  readonly what: string;
  /** Whether that is bytes. */
  readonly inBytes: boolean;
  readonly value: number;
  /** The value of a hub that was started without another. */
  readonly usual: number;
  /** Absent where nobody counts it. */
  readonly used?: LimitUse;
}

export const limitCalls = {
  /** In the order of the hub's table. */
  limits: call(nothing).answers<readonly LimitLine[]>(),
};
