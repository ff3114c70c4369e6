import { ActionIcon, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { Check, Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './mono.module.css';
import { toneColor, type Tone } from './tone.ts';

export interface MonoProps {
  readonly children: ReactNode;
  readonly dim?: boolean;
  readonly tone?: Tone | undefined;
  readonly title?: string | undefined;
  /** Cuts with an ellipsis instead of wrapping. */
  readonly cut?: boolean;
}

/** Data: ids, paths, sizes, times. Digits of equal width. */
export function Mono({ children, dim = false, tone, title, cut = false }: MonoProps): ReactNode {
  return (
    <span
      className={styles.mono}
      data-dim={dim || undefined}
      data-cut={cut || undefined}
      style={tone === undefined ? undefined : { color: toneColor(tone) }}
      title={title}
    >
      {children}
    </span>
  );
}

/** Copies `text`; says that it did. `label` names what is copied, e.g. "Copy address". */
export function CopyButton({ text, label, size = 22 }: { text: string; label: string; size?: number }): ReactNode {
  const { copied, copy } = useClipboard({ timeout: 1_500 });
  return (
    <Tooltip label={copied ? 'Copied' : label}>
      <ActionIcon
        size={size}
        aria-label={copied ? 'Copied' : label}
        color={copied ? 'green' : 'gray'}
        onClick={(event) => {
          event.stopPropagation();
          copy(text);
        }}
      >
        {copied ? <Check size={13} /> : <Copy size={13} />}
      </ActionIcon>
    </Tooltip>
  );
}

/** Several lines of text to copy: a command, a configuration, words for an agent. */
export function CodeBlock({ text, label }: { text: string; label: string }): ReactNode {
  return (
    <div className={styles.block}>
      <pre aria-label={label} tabIndex={0}>
        {text}
      </pre>
      <div className={styles.blockCopy}>
        <CopyButton text={text} label={`Copy: ${label}`} size={26} />
      </div>
    </div>
  );
}
