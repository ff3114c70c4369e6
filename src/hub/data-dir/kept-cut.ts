import { readdirSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { aboutBase } from '../log/base.ts';
import { isOfCut, seqOfBase, type PrunedEvent } from '../log/cut.ts';
import type { Salvage } from '../log/salvage/salvage.ts';
import { openLogReader } from '../log/schema.ts';

/**
 * Where a damaged log begins, which cannot be asked: as an event says that any page of it has, and that fits a file of
 * removed events beside it; else as such a file fits what is behind it. Undefined where it begins with its first event.
 */
export function salvagedCut(file: string, salvage: Salvage): PrunedEvent | undefined {
  const folder = path.dirname(file);
  const bases = readdirSync(folder)
    .flatMap((name) => (seqOfBase(name) === undefined ? [] : [aboutBase(path.join(folder, name))]))
    .filter((about) => about !== undefined)
    .map((about) => ({ ...about, at: about.to }))
    .toSorted((a, b) => a.seq - b.seq);
  for (const cut of bases.toReversed()) {
    const said = salvage.saying((json) => isOfCut(json, cut));
    if (said !== undefined) return JSON.parse(said) as PrunedEvent;
  }
  if (salvage.sound().next().done !== true) return undefined;
  const cut = bases.find((one) => salvage.sound(one).next().done !== true);
  if (!cut) return undefined;
  const { seq: throughSeq, hash: lastHash, base, to, at } = cut;
  const facts = { throughSeq, lastHash, base, from: to, to, count: throughSeq, sizeBytes: 0 };
  return { seq: 0, at, actor: { kind: 'hub' }, type: 'audit.pruned', ...facts };
}

/**
 * The JSON of an event that says again where a log begins, to follow `seq`; undefined where one of its events says so
 * already, as nearly always.
 */
export function saidAgain(file: string, cut: PrunedEvent): { readonly seq: number; readonly json: string } | undefined {
  const db = openLogReader(file);
  try {
    const { throughSeq: seq, lastHash: hash, base, to, at } = cut;
    const says = db.prepare("SELECT body FROM events WHERE type = 'audit.pruned' AND type <> 'tool.called'").all();
    if (says.some((row) => isOfCut(String(row['body']), { seq, hash, base, to, at }))) return undefined;
    const last = db.prepare('SELECT seq, at FROM events ORDER BY seq DESC LIMIT 1').get();
    const next = Math.max(seq, Number(last?.['seq'] ?? 0)) + 1;
    const event: PrunedEvent = {
      ...cut,
      actor: { kind: 'hub' },
      seq: next,
      at: Math.max(at, Number(last?.['at'] ?? 0)),
    };
    return { seq: next, json: canonicalJson(event) };
  } finally {
    db.close();
  }
}
