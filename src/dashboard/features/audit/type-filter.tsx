import { Button, Checkbox, Popover } from '@mantine/core';
import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { eventTypes, type EventType } from '../../../protocol/events.ts';
import { namesType, nounOf } from '../../../protocol/noun.ts';
import styles from './audit.module.css';
import { toggleType } from './audit-filter.ts';

export interface TypeFilterProps {
  readonly types: readonly string[];
  readonly onChange: (types: readonly string[]) => void;
}

const byNoun = Map.groupBy<string, EventType>(eventTypes, nounOf);

/** Nouns and their types to select; no selection filters nothing. */
export function TypeFilter({ types, onChange }: TypeFilterProps): ReactNode {
  return (
    <Popover position="bottom-start" trapFocus>
      <Popover.Target>
        <Button
          rightSection={<ChevronDown size={12} />}
          className={styles.filter}
          data-set={types.length > 0 || undefined}
        >
          {labelOf(types)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <div className={styles.types} role="group" aria-label="Event types">
          {[...byNoun].map(([noun, all]) => (
            <fieldset key={noun} className={styles.noun}>
              <legend>
                <Checkbox
                  label={noun}
                  checked={types.includes(noun)}
                  indeterminate={!types.includes(noun) && all.some((type) => types.includes(type))}
                  onChange={() => onChange(toggleType(types, noun, eventTypes))}
                  fw={550}
                />
              </legend>
              {all.length > 1 &&
                all.map((type) => (
                  <Checkbox
                    key={type}
                    label={type.slice(noun.length + 1)}
                    aria-label={type}
                    checked={namesType(types, type)}
                    onChange={() => onChange(toggleType(types, type, eventTypes))}
                    ml={22}
                  />
                ))}
            </fieldset>
          ))}
        </div>
        <div className={styles.typesFoot}>
          <Button variant="subtle" color="gray" disabled={types.length === 0} onClick={() => onChange([])}>
            All types
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function labelOf(types: readonly string[]): string {
  const [first] = types;
  if (first === undefined) return 'All types';
  return types.length === 1 ? first : `${types.length} types`;
}
