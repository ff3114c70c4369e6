import { z } from 'zod';
import type { UploadState } from '../../../../protocol/state.ts';
import { actorShape, actorView, type NameOfKey, sizeShape, time, timeShape } from './common.ts';

export const uploadFields = {
  upload_id: z.string(),
  path: z.string(),
  size_bytes: sizeShape,
  sha256: z.string().optional(),
  started_by: actorShape,
  started_at: timeShape,
  expires_at: timeShape.describe('When an upload that is not finished is given up'),
};
export const uploadShape = z.strictObject(uploadFields);

export function uploadView(upload: UploadState, nameOf: NameOfKey): z.output<typeof uploadShape> {
  return {
    upload_id: upload.id,
    path: upload.path,
    size_bytes: upload.sizeBytes,
    ...(upload.sha256 === undefined ? {} : { sha256: upload.sha256 }),
    started_by: actorView(upload.startedBy, nameOf),
    started_at: time(upload.startedAt),
    expires_at: time(upload.expiresAt),
  };
}
