import { ActionIcon, Button, Menu, TextInput } from '@mantine/core';
import { Bookmark, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { VIEW_NAME_CHARACTERS, withoutView, withView, type QueryMemory } from './query-memory.ts';
import styles from './view-menu.module.css';

export interface ViewMenuProps {
  readonly filter: string;
  readonly memory: QueryMemory;
  readonly onMemory: (memory: QueryMemory) => void;
  readonly onChoose: (filter: string) => void;
}

/** Saved views of a list, and the filters that were used last. */
export function ViewMenu({ filter, memory, onMemory, onChoose }: ViewMenuProps): ReactNode {
  const [name, setName] = useState('');
  const save = (): void => {
    onMemory(withView(memory, name, filter));
    setName('');
  };
  return (
    <Menu position="bottom-start" width={360} closeOnItemClick>
      <Menu.Target>
        <Button leftSection={<Bookmark size={13} />}>Views</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {filter.trim() !== '' && (
          <form
            className={styles.save}
            onSubmit={(event) => {
              event.preventDefault();
              save();
            }}
          >
            <TextInput
              aria-label="Name of the view"
              placeholder="Name this filter"
              maxLength={VIEW_NAME_CHARACTERS}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              // The menu would take letters for a search among its items.
              onKeyDown={(event) => event.key !== 'Escape' && event.stopPropagation()}
            />
            <Button type="submit" disabled={name.trim() === ''}>
              Save
            </Button>
          </form>
        )}
        <Menu.Label>Saved views</Menu.Label>
        {memory.views.length === 0 && <p className={styles.none}>None yet: write a filter, then name it here.</p>}
        {memory.views.map((view) => (
          <div key={view.name} className={styles.view}>
            <Menu.Item onClick={() => onChoose(view.filter)}>
              {view.name} <code>{view.filter}</code>
            </Menu.Item>
            <ActionIcon
              size={24}
              aria-label={`Forget the view ${view.name}`}
              onClick={() => onMemory(withoutView(memory, view.name))}
            >
              <Trash2 size={12} />
            </ActionIcon>
          </div>
        ))}
        {memory.recent.length > 0 && <Menu.Label>Used last</Menu.Label>}
        {memory.recent.slice(0, 10).map((recent) => (
          <Menu.Item key={recent} onClick={() => onChoose(recent)}>
            <code>{recent}</code>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
