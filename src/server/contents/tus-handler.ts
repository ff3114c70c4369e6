import type { Readable } from 'node:stream';
import type { Upload } from '@tus/server';
import type { Origin } from '../../hub/rule.ts';
import { reachThing } from '../../hub/access/reach.ts';
import { noUpload } from '../../hub/rules/uploads.ts';
import type { AppendOptions } from '../../hub/uploads/uploads.ts';
import { HubError } from '../../protocol/errors.ts';
import { workspaceFor, type FileRouteDeps } from './file-routes.ts';
import { errorBody, statusOf } from '../http/http-errors.ts';
import { metadataFor } from './tus-request.ts';

/** What is known of a request while tus works on it. */
export interface UploadRequest {
  readonly origin: Origin;
  /** Aborted with why, when its key is not good any more. */
  readonly signal?: AbortSignal;
  readonly checksum?: NonNullable<AppendOptions['checksum']>;
  /** When the upload that it was about expires; set on the way. */
  expiresAt?: number;
  /** How far it was; set on the way. */
  receivedBytes?: number;
  /** `Upload-Metadata` of the upload; set on the way, for `HEAD`. */
  metadata?: string;
}

function fenceOf(text: string): number {
  if (/^\d{1,15}$/u.test(text)) return Number(text);
  throw new HubError('invalid_argument', 'fence in Upload-Metadata is the number that lock_acquire answered.');
}

/**
 * tus over the hub's uploads. The hub keeps what tus's stores usually keep: sizes, offsets, expiry by
 * its own clock. `asked` answers the request that is being served.
 */
export async function createTusHandler(deps: Pick<FileRouteDeps, 'hub' | 'uploads'>, asked: () => UploadRequest) {
  const { hub, uploads } = deps;
  const tus = await import('@tus/server'); // heavy, and not needed to start

  const see = async (id: string) => {
    const attempt = { origin: asked().origin, what: 'an upload, by /uploads/{id}' };
    const workspace = await uploads.workspaceOf(id);
    reachThing(hub, attempt, { workspace, missing: noUpload(id), need: 'viewer' });
    return uploads.status(id);
  };

  class HubDataStore extends tus.DataStore {
    override extensions = ['creation', 'creation-with-upload', 'expiration', 'checksum', 'termination'];

    override async create(wanted: Upload): Promise<Upload> {
      const { origin } = asked();
      const { workspace, path, filename, sha256, filetype, lock_token: lockId, fence } = wanted.metadata ?? {};
      const place = workspaceFor(hub, origin, workspace ?? undefined, 'POST /uploads');
      const name = path ?? filename;
      if (name == null)
        throw new HubError('invalid_argument', 'Upload-Metadata needs path: where the file goes in its workspace.');
      const upload = await uploads.create(origin, {
        workspace: place.id,
        path: name,
        sizeBytes: wanted.size ?? 0,
        ...(sha256 == null ? {} : { sha256 }),
        ...(filetype == null ? {} : { mime: filetype }),
        ...(lockId == null ? {} : { lockId }),
        ...(fence == null ? {} : { fence: fenceOf(fence) }),
      });
      const { metadata } = asked();
      if (metadata !== undefined) await uploads.keepMetadata(upload.id, metadata);
      asked().expiresAt = upload.expiresAt;
      wanted.id = upload.id; // from which tus makes the address
      return wanted;
    }

    override async getUpload(id: string): Promise<Upload> {
      const { upload, receivedBytes, finished } = await see(id);
      asked().receivedBytes = receivedBytes;
      const { workspace, path, sha256, mime: filetype, lockId: lock_token, fence } = upload;
      asked().metadata =
        (await uploads.metadataOf(id)) ?? metadataFor({ workspace, path, sha256, filetype, lock_token, fence });
      if (!finished) asked().expiresAt = upload.expiresAt;
      return new tus.Upload({ id, size: upload.sizeBytes, offset: receivedBytes });
    }

    override async write(content: Readable, id: string, offset: number): Promise<number> {
      const { origin, checksum, signal } = asked();
      const { upload } = await see(id);
      const received = await uploads.append(id, offset, content, {
        origin,
        ...(checksum && { checksum }),
        ...(signal && { signal }),
      });
      if (received === upload.sizeBytes) delete asked().expiresAt;
      return received;
    }

    override async remove(id: string): Promise<void> {
      await see(id);
      await uploads.cancel(asked().origin, id, 'cancelled by its sender');
    }
  }

  const server = new tus.Server({
    path: '/uploads',
    relativeLocation: true,
    datastore: new HubDataStore(),
    onResponseError: (_request, error) => {
      if (!(error instanceof HubError)) return undefined; // tus's own: an offset that does not match, and such
      return { status_code: statusOf(error.code), body: errorBody(error) };
    },
  });
  return { handleWeb: (request: Request): Promise<Response> => server.handleWeb(request) };
}
