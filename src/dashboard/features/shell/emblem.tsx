import type { ReactNode } from 'react';

/** The product's mark: a signal head with two lamps, the lower one lit. */
export function Emblem({ size = 20 }: { size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden>
      <rect x="5.5" y="1" width="9" height="15" rx="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="10" cy="5.7" r="2.1" fill="none" stroke="currentColor" strokeWidth="1.3" opacity="0.55" />
      <circle cx="10" cy="11.3" r="2.4" fill="var(--sb-proceed)" />
      <path d="M10 16v3M7 19h6" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </svg>
  );
}
