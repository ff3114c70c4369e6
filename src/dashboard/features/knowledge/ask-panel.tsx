import { Button, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { KnowledgeAnswer, Citation } from '../../../protocol/knowledge.ts';
import { useUi } from '../../dashboard-context.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { fewMarks } from '../../../protocol/names/few-marks.ts';
import { placeParams, placeWords } from '../../../protocol/words/place-words.ts';
import styles from './knowledge.module.css';

/** A question to the files of a workspace, and what they answer. */
export function AskPanel({ workspace }: { workspace: string }): ReactNode {
  const [question, setQuestion] = useState('');
  const [paths, setPaths] = useState('');
  const [answer, setAnswer] = useState<KnowledgeAnswer>();
  const ask = useAction((hub) => {
    const scope = paths
      .split(',')
      .map((path) => path.trim())
      .filter((path) => path !== '');
    return hub.knowledgeAsk({ workspace, question: question.trim(), ...(scope.length === 0 ? {} : { paths: scope }) });
  });
  return (
    <section className={styles.ask} aria-label="Ask">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void ask.run().then((found) => found && setAnswer(found));
        }}
      >
        <TextInput
          aria-label="Question"
          placeholder="Ask what the files say"
          leftSection={<Search size={14} />}
          value={question}
          maxLength={10_000}
          onChange={(event) => setQuestion(event.currentTarget.value)}
          className={styles.question}
        />
        <TextInput
          aria-label="Only these files and folders"
          placeholder="in all files"
          title="Only these: files, folders such as reports/, globs; with commas between"
          value={paths}
          onChange={(event) => setPaths(event.currentTarget.value)}
          className={styles.paths}
        />
        <Button type="submit" loading={ask.isPending} disabled={question.trim() === ''}>
          Ask
        </Button>
      </form>
      <div aria-live="polite">{answer && <Answered workspace={workspace} answer={answer} />}</div>
    </section>
  );
}

function Answered({ workspace, answer }: { workspace: string; answer: KnowledgeAnswer }): ReactNode {
  const { citations, by, note, status } = answer;
  return (
    <div className={styles.answer}>
      {(by === 'model' || citations.length === 0) && <p className={styles.words}>{fewMarks(answer.answer)}</p>}
      {note !== undefined && <p className={styles.dim}>{note}</p>}
      <ol className={styles.citations} aria-label="Citations">
        {citations.map((citation) => (
          <li key={citation.number}>
            <Cited workspace={workspace} citation={citation} />
          </li>
        ))}
      </ol>
      {status.state === 'indexing' && (
        <p className={styles.dim}>Not all files are indexed yet: ask again when they are.</p>
      )}
    </div>
  );
}

/** A quotation with its place; a click opens that version of the file there. */
function Cited({ workspace, citation }: { workspace: string; citation: Citation }): ReactNode {
  const go = useUi((ui) => ui.go);
  const { path, version, place, quote } = citation;
  return (
    <>
      <blockquote className={styles.quote}>{fewMarks(quote)}</blockquote>
      <button
        type="button"
        className={styles.source}
        aria-label={`Open ${path}, version ${version}, ${placeWords(place)}`}
        data-workspace={workspace}
        onClick={() => go('files', { file: path, version: String(version), ...placeParams(place, quote) })}
      >
        <PathText path={path} />
        <span className={styles.dim}>
          v{version}, {placeWords(place)}
        </span>
      </button>
    </>
  );
}
