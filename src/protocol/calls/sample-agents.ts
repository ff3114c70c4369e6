import { z } from 'zod';
import { call } from './define-call.ts';
import { nothing, workspace } from './fields.ts';

export const sampleAgentCalls = {
  /** Starts the three scripted agents in a workspace; they get a key of their own each. */
  sampleAgentsStart: call(z.strictObject({ workspace })).answers<void>(),
  sampleAgentsStop: call(nothing).answers<void>(),
  sampleAgentsRunning: call(nothing).answers<boolean>(),
};
