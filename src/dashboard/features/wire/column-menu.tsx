import { ActionIcon, Button, Checkbox, Popover } from '@mantine/core';
import { ArrowDown, ArrowUp, Columns3, Minus, Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { moved, resized, toggled, type ColumnChoice } from './column-choice.ts';
import { allColumns, usualColumns } from './wire-columns.tsx';
import styles from './wire.module.css';

export interface ColumnMenuProps {
  readonly choice: ColumnChoice;
  readonly onChange: (choice: ColumnChoice) => void;
}

/** Which columns the list has, in which order, and how wide. */
export function ColumnMenu({ choice, onChange }: ColumnMenuProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const shown = choice.flatMap(({ key }) => allColumns.find((column) => column.key === key) ?? []);
  const hidden = allColumns.filter(({ key }) => !choice.some((column) => column.key === key));
  return (
    <Popover position="bottom-end" trapFocus opened={isOpen} onChange={setOpen}>
      <Popover.Target>
        <Button leftSection={<Columns3 size={13} />} onClick={() => setOpen(!isOpen)}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <ul className={styles.columns} aria-label="Columns">
          {[...shown, ...hidden].map(({ key, label, width }) => {
            const at = shown.findIndex((column) => column.key === key);
            const isShown = at >= 0;
            return (
              <li key={key}>
                <Checkbox
                  size="xs"
                  label={label}
                  checked={isShown}
                  disabled={isShown && shown.length === 1}
                  onChange={() => onChange(toggled(choice, key))}
                />
                {isShown && (
                  <span className={styles.columnTools}>
                    <Tool label={`${label}: narrower`} onClick={() => onChange(resized(choice, key, -1, width))}>
                      <Minus size={12} />
                    </Tool>
                    <Tool label={`${label}: wider`} onClick={() => onChange(resized(choice, key, 1, width))}>
                      <Plus size={12} />
                    </Tool>
                    <Tool
                      label={`${label}: to the front`}
                      isOff={at === 0}
                      onClick={() => onChange(moved(choice, key, -1))}
                    >
                      <ArrowUp size={12} />
                    </Tool>
                    <Tool
                      label={`${label}: to the end`}
                      isOff={at === shown.length - 1}
                      onClick={() => onChange(moved(choice, key, 1))}
                    >
                      <ArrowDown size={12} />
                    </Tool>
                  </span>
                )}
              </li>
            );
          })}
        </ul>
        <Button variant="subtle" color="gray" onClick={() => onChange(usualColumns.map((key) => ({ key })))}>
          As usual
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}

function Tool(props: {
  readonly label: string;
  readonly isOff?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <ActionIcon size={24} aria-label={props.label} disabled={props.isOff ?? false} onClick={props.onClick}>
      {props.children}
    </ActionIcon>
  );
}
