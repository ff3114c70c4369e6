import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDb, transact } from '../../src/hub/log/db.ts';
import { Retrieval } from '../../src/hub/knowledge/retrieval.ts';
import { WorkspaceIndex } from '../../src/hub/knowledge/workspace-index.ts';
import type { TextPassage } from '../../src/jobs/file-text/text-passage.ts';
import { cutText } from '../../src/jobs/file-text/work/cut-text.ts';
import { seeded } from '../support/seeded.ts';
import { median, percentile, type Row } from './support/report.ts';

/** A folder with `documents.jsonl` ({id, title, text}) and `queries.jsonl` ({id, text, relevant: [id …]}). */
const collection = process.env['BENCH_CRANFIELD'];

const PASSAGES = 100_000;
const WORDS_EACH = 120;
const VOCABULARY = 40_000;
const QUERIES = 200;

interface Doc {
  readonly id: number;
  readonly title: string;
  readonly text: string;
}

interface Query {
  readonly text: string;
  readonly relevant: readonly number[];
}

/** How well passages are found, beside FTS5's own BM25, and in what time. */
export async function knowledge(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-bench-'));
  try {
    return [...(collection === undefined ? [notMeasured()] : await quality(folder, collection)), latency(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function notMeasured(): Row {
  const what = 'retrieval: nDCG@10';
  const ours = 'not measured: BENCH_CRANFIELD names no folder with the collection';
  return { what, ours, reference: '', ratio: undefined, target: '≥ 0.42', holds: false };
}

async function quality(folder: string, from: string): Promise<Row[]> {
  const docs = lines(path.join(from, 'documents.jsonl')) as readonly Doc[]; // as the collection has them
  const queries = lines(path.join(from, 'queries.jsonl')) as readonly Query[];
  const index = new WorkspaceIndex(folder, 'wsp_quality', { made: 1 });
  const began = performance.now();
  for (const { id, title, text } of docs) {
    const passages: TextPassage[] = [];
    const parts = [{ text: `# ${title}\n\n${text}\n`, place: {} }];
    const facts = cutText(parts, { isMarkdown: true, hasLines: true, onPassage: (each) => passages.push(each) });
    const file = { fileId: String(id), path: `${id}.md`, version: 1, sha256: String(id), mime: 'text/markdown' };
    index.changeAll([[file.fileId, { ...file, sizeBytes: text.length, seq: id }]]);
    const task = index.next();
    if (!task) throw new Error('Nothing is queued.');
    await index.store(task, facts, passages, async () => undefined);
    index.release(task);
  }
  const perDoc = (performance.now() - began) / docs.length;
  const retrieval = new Retrieval(index);
  const ours = scored(queries, (question) =>
    retrieval.search({ query: question, limit: 10 }).passages.map(({ fileId }) => Number(fileId)),
  );
  index.close();
  const plain = scored(queries, plainSearch(folder, docs));
  const say = ({ ndcg, recall }: Scores): string => `${ndcg.toFixed(3)} nDCG@10, ${recall.toFixed(3)} recall@10`;
  return [
    {
      what: `retrieval, ${docs.length} documents, ${queries.length} questions`,
      ours: say(ours),
      reference: `FTS5 BM25 with porter stems: ${say(plain)}`,
      ratio: ours.ndcg / plain.ndcg,
      target: '≥ 0.42 nDCG@10',
      holds: ours.ndcg >= 0.42,
    },
    {
      what: 'indexing a text of some 1,100 characters',
      ours: `${perDoc.toFixed(2)} ms`,
      reference: '',
      ratio: undefined,
      target: 'shown',
      holds: true,
    },
  ];
}

interface Scores {
  readonly ndcg: number;
  readonly recall: number;
}

/** With binary relevance, averaged over the questions. */
function scored(queries: readonly Query[], search: (question: string) => readonly number[]): Scores {
  let [ndcg, recall] = [0, 0];
  for (const { text, relevant } of queries) {
    const wanted = new Set(relevant);
    let [gain, ideal, hits] = [0, 0, 0];
    for (const [at, id] of [...new Set(search(text))].slice(0, 10).entries()) {
      if (!wanted.has(id)) continue;
      gain += 1 / Math.log2(at + 2);
      hits += 1;
    }
    for (let at = 0; at < Math.min(10, wanted.size); at += 1) ideal += 1 / Math.log2(at + 2);
    ndcg += gain / ideal;
    recall += hits / wanted.size;
  }
  return { ndcg: ndcg / queries.length, recall: recall / queries.length };
}

/** What SQLite does without us. */
function plainSearch(folder: string, docs: readonly Doc[]): (question: string) => readonly number[] {
  const db = openDb(path.join(folder, 'plain.db'));
  db.exec("CREATE VIRTUAL TABLE docs USING fts5 (text, tokenize = 'porter')");
  const insert = db.prepare('INSERT INTO docs (rowid, text) VALUES (?, ?)');
  transact(db, () => docs.forEach(({ id, title, text }) => insert.run(id, `${title}\n${text}`)));
  const find = db.prepare('SELECT rowid FROM docs WHERE docs MATCH ? ORDER BY bm25(docs) LIMIT 10');
  return (question) => {
    const words = question.match(/[\p{L}\p{N}]+/gu) ?? [];
    return find.all(words.map((word) => `"${word}"`).join(' OR ')).map(({ rowid }) => Number(rowid));
  };
}

/** Questions to an index of many passages, of words that are as common as words are. */
function latency(folder: string): Row {
  const index = new WorkspaceIndex(folder, 'wsp_latency', { made: 2 });
  const random = seeded(15);
  const word = (): string => `w${Math.floor(VOCABULARY ** random())}`;
  const { db } = index;
  const file = db.prepare(
    `INSERT INTO files (id, file_id, path, version, sha256, mime, size_bytes, seq, state, shown_version, language, passages, words)
     VALUES (?, ?, ?, 1, ?, 'text/plain', 1, 1, 'indexed', 1, 'any', ?, ?)`,
  );
  const passage = db.prepare('INSERT INTO passages (id, file, nth, text, place, terms) VALUES (?, ?, ?, ?, ?, ?)');
  const terms = db.prepare("INSERT INTO terms (rowid, path, heading, body) VALUES (?, ?, '', ?)");
  const perFile = 100;
  transact(db, () => {
    for (let id = 1; id <= PASSAGES; id += 1) {
      const of = Math.ceil(id / perFile);
      if ((id - 1) % perFile === 0) file.run(of, `f${of}`, `${of}.txt`, `f${of}`, perFile, perFile * WORDS_EACH);
      const body = Array.from({ length: WORDS_EACH }, word).join(' ');
      passage.run(id, of, id % perFile, body, '{"characters":[0,1]}', `${of} txt\n\n${body}`);
      terms.run(id, `${of} txt`, body);
    }
  });
  const retrieval = new Retrieval(index);
  const times: number[] = [];
  for (let n = 0; n < QUERIES; n += 1) {
    const query = Array.from({ length: 6 }, word).join(' ');
    const began = performance.now();
    retrieval.search({ query, limit: 8 });
    times.push(performance.now() - began);
  }
  index.close();
  return {
    what: `a question to ${PASSAGES.toLocaleString('en')} passages`,
    ours: `p50 ${median(times).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms`,
    reference: '',
    ratio: undefined,
    target: 'p95 ≤ 100 ms',
    holds: percentile(times, 0.95) <= 100,
  };
}

function lines(file: string): readonly unknown[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}
