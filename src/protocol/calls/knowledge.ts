import { z } from 'zod';
import {
  knowledgeFileStates,
  type KnowledgeAnswer,
  type KnowledgeFile,
  type KnowledgePlan,
  type KnowledgeStatus,
} from '../knowledge.ts';
import { pageRequestSchema, type Page } from '../records.ts';
import { call } from './define-call.ts';
import { workspace } from './fields.ts';

export const knowledgeCalls = {
  /** What would be read if the workspace were indexed. */
  knowledgePlan: call(z.strictObject({ workspace })).answers<KnowledgePlan>(),
  knowledgeStatus: call(z.strictObject({ workspace })).answers<KnowledgeStatus>(),
  knowledgeFiles: call(
    z.strictObject({ workspace, state: z.enum(knowledgeFileStates).optional(), ...pageRequestSchema.shape }),
  ).answers<Page<KnowledgeFile>>(),
  /** `paths`: files, folders that end with a slash, globs; all when left out. */
  knowledgeAsk: call(
    z.strictObject({
      workspace,
      question: z.string().min(1).max(10_000),
      paths: z.array(z.string().min(1).max(1_024)).min(1).max(50).optional(),
    }),
  ).answers<KnowledgeAnswer>(),
};
