import { isDeepStrictEqual } from 'node:util';
import type { ClientChange, ClientChanged } from '../protocol/client-offers.ts';
import { HubError } from '../protocol/errors.ts';
import { SERVER_NAME, type ClientKind, type Entry } from './client.ts';
import {
  changed,
  checkWritable,
  digestOf,
  readClientFile,
  removeClientFile,
  cannotChange,
  writeClientFile,
  type FileSeen,
} from './client-file.ts';
import { editEntry, entryIn, hasCollection } from './edit/edit-entry.ts';
import { NoPlace, NotReadable } from './edit/edited.ts';
import type { SetUpRecords } from './records.ts';
import { shownDiff } from './shown-diff.ts';

/** A client, its file on this machine, and what was written there before. */
export interface SetUpSubject {
  readonly kind: ClientKind;
  readonly file: string;
  readonly records: SetUpRecords;
}

/**
 * What setting a client up would change in its file. Nothing is written.
 *
 * @throws HubError `client_file_unreadable`, `client_file_unwritable`
 */
export async function previewSetUp({ kind, file }: SetUpSubject, entry: Entry): Promise<ClientChange> {
  const seen = await readClientFile(file);
  const old = read(seen, () => entryIn(textOf(seen, kind), kind.place, SERVER_NAME));
  if (isSame(old, entry)) return { ...placeOf(seen), kind: 'same', diff: '' };
  await checkWritable(seen);
  const after = read(seen, () => editEntry(textOf(seen, kind), kind.place, { name: SERVER_NAME, entry }));
  return { ...placeOf(seen), kind: old === undefined ? 'adds' : 'replaces', diff: diffOf(seen, after) };
}

/**
 * Writes the entry into a client's file.
 *
 * @param digest that of the preview
 * @param options.replace whether something else of that name may go
 * @throws HubError `client_file_changed` since the preview, `client_file_taken` by another entry, and those of the preview
 */
export async function setUp(
  subject: SetUpSubject,
  entry: Entry,
  { digest, replace, now }: { readonly digest: string; readonly replace: boolean; readonly now: () => number },
): Promise<ClientChanged> {
  const { kind, file, records } = subject;
  const seen = await readClientFile(file);
  if (seen.digest !== digest) throw changed(file);
  const text = textOf(seen, kind);
  const old = read(seen, () => entryIn(text, kind.place, SERVER_NAME));
  if (isSame(old, entry)) return { file };
  if (old !== undefined && !replace) throw taken(kind, file);
  const madeCollection = read(seen, () => !hasCollection(text, kind.place));
  const after = read(seen, () => editEntry(text, kind.place, { name: SERVER_NAME, entry }));
  const at = now();
  const { copy, folder } = await writeClientFile(seen, after, at);
  const before = await records.find(kind.id, file);
  await records.put(kind.id, file, {
    client: kind.id,
    file,
    before: seen.digest,
    after: digestOf(after),
    entry: JSON.stringify(entry),
    copy,
    // What was made the first time is ours to remove also after another entry.
    folder: folder ?? before?.folder,
    madeCollection: madeCollection || (before?.madeCollection ?? false),
    at,
  });
  return { file, ...(copy === undefined ? {} : { copy }) };
}

/**
 * What taking back would change in a client's file. Nothing is written.
 *
 * @throws HubError `not_found` where Signalbox wrote nothing there, `client_file_changed` where the entry is not what
 * it wrote any more, and those of {@link previewSetUp}
 */
export async function previewTakeBack(subject: SetUpSubject): Promise<ClientChange> {
  const { seen, after } = await backOf(subject);
  if (seen.text === after.text) return { ...placeOf(seen), kind: 'same', diff: '' };
  await checkWritable(seen);
  return { ...placeOf(seen), kind: 'removes', diff: diffOf(seen, after.text ?? '') };
}

/**
 * Takes back what was written last: the file is as it was before, or, where other things in it have changed since, the
 * entry is taken out of it.
 *
 * @param digest that of the preview
 * @throws as {@link previewTakeBack}
 */
export async function takeBack(
  subject: SetUpSubject,
  { digest, now }: { readonly digest: string; readonly now: () => number },
): Promise<ClientChanged> {
  const { kind, file, records } = subject;
  const { seen, after, folder } = await backOf(subject);
  if (seen.digest !== digest) throw changed(file);
  let copy: string | undefined;
  if (after.text === undefined) {
    if (seen.text !== undefined) {
      await checkWritable(seen);
      await removeClientFile(seen, folder);
    }
  } else if (after.text !== seen.text) {
    ({ copy } = await writeClientFile(seen, after.text, now()));
  }
  await records.put(kind.id, file, undefined);
  return { file, ...(copy === undefined ? {} : { copy }) };
}

interface Back {
  readonly seen: FileSeen;
  /** No text: the file goes. */
  readonly after: { readonly text: string | undefined };
  readonly folder: string | undefined;
}

async function backOf({ kind, file, records }: SetUpSubject): Promise<Back> {
  const record = await records.find(kind.id, file);
  if (!record) {
    throw new HubError(
      'not_found',
      `Signalbox has not set up ${kind.label} here, so there is nothing to take back. What stands in "${file}" was written by somebody else.`,
      { details: { file } },
    );
  }
  const seen = await readClientFile(file);
  const { folder } = record;
  if (seen.text === undefined) return { seen, after: { text: undefined }, folder };
  if (seen.digest === record.after) {
    if (record.before === 'none') return { seen, after: { text: undefined }, folder };
    const copy = record.copy === undefined ? undefined : await readClientFile(record.copy).catch(() => undefined);
    if (copy?.digest === record.before) return { seen, after: { text: copy.text }, folder };
  }
  const { text } = seen;
  const now = read(seen, () => entryIn(text, kind.place, SERVER_NAME));
  if (now === undefined) return { seen, after: { text }, folder }; // it is gone already
  if (!isSame(now, JSON.parse(record.entry))) {
    throw new HubError(
      'client_file_changed',
      `The entry "${SERVER_NAME}" in "${file}" was changed since Signalbox wrote it. Remove it by hand${record.copy === undefined ? '' : `; the file as it was before is "${record.copy}"`}.`,
      { details: { file } },
    );
  }
  const edited = read(seen, () =>
    editEntry(text, kind.place, { name: SERVER_NAME, entry: undefined, withCollection: record.madeCollection }),
  );
  return { seen, after: { text: edited }, folder };
}

/** What the text of a file is edited from: that of a new one begins as the client wants it. */
export function textOf({ text }: Pick<FileSeen, 'text'>, { place }: ClientKind): string {
  return text === undefined || text.trim() === '' ? (place.seed ?? '') : text;
}

function placeOf({ file, target, digest }: FileSeen): Pick<ClientChange, 'file' | 'linkTo' | 'digest'> {
  return { file, digest, ...(target === file ? {} : { linkTo: target }) };
}

function diffOf(seen: FileSeen, after: string): string {
  return shownDiff(seen.text ?? '', after);
}

function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(plain(one), plain(other));
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

function taken({ label }: ClientKind, file: string): HubError {
  return new HubError(
    'client_file_taken',
    `${label} has another entry "${SERVER_NAME}" in "${file}". Look at the change, and say that it may be replaced (--replace).`,
    { details: { file } },
  );
}

/** Runs what reads a file's text; what is wrong with it is said of the file. */
export function read<T>({ file }: Pick<FileSeen, 'file'>, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof NotReadable || error instanceof NoPlace) throw cannotChange(file, `it ${error.message}`);
    throw error;
  }
}
