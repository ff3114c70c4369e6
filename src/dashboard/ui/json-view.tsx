import { useMemo, type ReactNode } from 'react';
import { indentJson } from './indent-json.ts';
import styles from './json-view.module.css';
import { CopyButton } from './mono.tsx';

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/gu;

/** JSON, indented and coloured by kind. Give a value, or text that may or may not be JSON: it is copied as it is. */
export function JsonView({
  value,
  text,
  label = 'JSON',
}: {
  value?: unknown;
  text?: string;
  label?: string;
}): ReactNode {
  const pretty = useMemo(
    () => (text === undefined ? JSON.stringify(value, undefined, 2) : indentJson(text)),
    [value, text],
  );
  const parts = useMemo(() => colored(pretty), [pretty]);
  return (
    <div className={styles.view}>
      <pre tabIndex={0} aria-label={label}>
        {parts}
      </pre>
      <div className={styles.copy}>
        <CopyButton text={text ?? pretty} label={`Copy ${label}`} />
      </div>
    </div>
  );
}

/** Longer text is not coloured: it would take too long. */
const MOST_COLORED = 40_000;

function colored(json: string): ReactNode {
  if (json.length > MOST_COLORED) return json;
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of json.matchAll(TOKEN)) {
    const [whole, text, colon, word] = match;
    parts.push(json.slice(end, match.index));
    const kind =
      text === undefined
        ? word === undefined
          ? styles.number
          : styles.word
        : colon === undefined
          ? styles.text
          : styles.name;
    parts.push(
      <span key={match.index} className={kind}>
        {text ?? whole}
      </span>,
    );
    if (colon !== undefined) parts.push(colon);
    end = match.index + whole.length;
  }
  parts.push(json.slice(end));
  return parts;
}
