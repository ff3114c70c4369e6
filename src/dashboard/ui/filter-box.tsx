import { TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { memo, useRef, type ReactNode } from 'react';
import { latinKey } from '../latin-key.ts';
import { KeyCap } from './key-cap.tsx';

/** A text filter. The `/` key goes to the first one of a screen; Esc empties it, then leaves it. */
export const FilterBox = memo(function FilterBox({
  value,
  onChange,
  label,
  width = 220,
}: {
  value: string;
  onChange: (text: string) => void;
  label: string;
  width?: number;
}): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        // Esc while a text is composed takes back what is being composed, not the filter.
        if (latinKey(event.nativeEvent) !== 'Escape') return;
        event.stopPropagation();
        if (value !== '') onChange('');
        else input.current?.blur();
      }}
      leftSection={<Search size={13} aria-hidden />}
      rightSection={value === '' ? <KeyCap>/</KeyCap> : undefined}
      w={width}
      spellCheck={false}
      autoComplete="off"
    />
  );
});
