import { Search } from 'lucide-react';
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { QueryProblem } from '../../protocol/query/ast.ts';
import { completeQuery, withCompletion, type CompletionOption } from '../../protocol/query/complete.ts';
import type { QueryKey, QuerySubject } from '../../protocol/query/query-keys.ts';
import { parseQuery } from '../../protocol/query/parse.ts';
import { useDashboard } from '../dashboard-context.tsx';
import { latinKey } from '../latin-key.ts';
import { KeyCap } from './key-cap.tsx';
import styles from './query-box.module.css';

export interface QueryBoxProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** Enter, with nothing to complete: the filter is meant as it is. */
  readonly onUse?: (text: string) => void;
  readonly subject: QuerySubject;
  readonly label: string;
  /** Names that may stand behind a key. */
  readonly namesOf: (key: QueryKey) => readonly string[];
}

/**
 * A box for a filter: what could stand at the caret is offered, and what cannot be understood is underlined and explained.
 * `/` goes to it; arrows choose, Tab or Enter takes; Esc closes what is offered, empties the box, then leaves it.
 */
export function QueryBox(props: QueryBoxProps): ReactNode {
  const { value, onChange, onUse, subject, label, namesOf } = props;
  const { clock } = useDashboard();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const [caret, setCaret] = useState<number>();
  const [chosen, setChosen] = useState(-1);
  const { problems } = parseQuery(value, subject, clock.now());
  const completion = caret === undefined ? undefined : completeQuery(value, caret, subject, namesOf);
  const options = completion?.options ?? [];
  // What is being written is no mistake yet.
  const problem = problems.find(({ from, to }) => caret === undefined || caret < from || caret > to);

  const close = (): void => {
    setCaret(undefined);
    setChosen(-1);
  };
  const follow = (): void => {
    const { current } = input;
    if (current && document.activeElement === current) setCaret(current.selectionStart ?? current.value.length);
    if (current && mirror.current) mirror.current.scrollLeft = current.scrollLeft;
  };
  const take = (option: CompletionOption | undefined): void => {
    if (!completion || !option) return;
    const next = withCompletion(value, completion, option);
    onChange(next.text);
    setChosen(-1);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(next.caret, next.caret);
      setCaret(next.caret);
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const key = latinKey(event.nativeEvent);
    if (key === 'Escape') {
      event.stopPropagation();
      if (options.length > 0 && chosen >= 0) setChosen(-1);
      else if (value !== '') onChange('');
      else input.current?.blur();
    } else if ((key === 'ArrowDown' || key === 'ArrowUp') && options.length > 0) {
      event.preventDefault();
      const by = key === 'ArrowDown' ? 1 : -1;
      setChosen((was) => (was + by + options.length + (was < 0 && by < 0 ? 1 : 0)) % options.length);
    } else if (key === 'Tab' && !event.shiftKey && chosen >= 0) {
      event.preventDefault();
      take(options[chosen]);
    } else if (key === 'Enter') {
      event.preventDefault();
      if (chosen >= 0) take(options[chosen]);
      else {
        onUse?.(value);
        close();
      }
    }
  };

  return (
    <div className={styles.box} data-bad={problem !== undefined || undefined}>
      <Search size={13} aria-hidden className={styles.icon} />
      <div ref={mirror} className={styles.mirror} aria-hidden>
        {underlined(value, problems)}
      </div>
      <input
        ref={input}
        type="search"
        role="combobox"
        className={styles.input}
        aria-label={label}
        aria-expanded={options.length > 0}
        aria-controls={`${id}-options`}
        aria-autocomplete="list"
        aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
        aria-invalid={problem !== undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        placeholder={label}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          onChange(event.currentTarget.value);
          setCaret(event.currentTarget.selectionStart ?? undefined);
          setChosen(-1);
        }}
        onSelect={follow}
        onScroll={follow}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      {value === '' && caret === undefined && (
        <span className={styles.hint}>
          <KeyCap>/</KeyCap>
        </span>
      )}
      {(problem !== undefined || options.length > 0) && (
        <div className={styles.popup}>
          {problem && (
            <p id={`${id}-problem`} className={styles.problem} role="alert">
              {problem.message}
            </p>
          )}
          {options.length > 0 && (
            <div id={`${id}-options`} role="listbox" aria-label="What could stand here" className={styles.options}>
              {options.map((option, at) => (
                // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the box takes the keys
                <div
                  key={option.insert}
                  id={`${id}-${at}`}
                  role="option"
                  aria-selected={at === chosen}
                  // Before the box loses the focus.
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => take(option)}
                >
                  <code>{option.label}</code>
                  {option.means !== undefined && <span>{option.means}</span>}
                </div>
              ))}
            </div>
          )}
        </div>
      )}
    </div>
  );
}

/** The text with what cannot be understood underlined. */
function underlined(text: string, problems: readonly QueryProblem[]): ReactNode {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const { from, to } of problems) {
    parts.push(text.slice(end, from), <u key={from}>{text.slice(from, to)}</u>);
    end = to;
  }
  parts.push(text.slice(end));
  return parts;
}
