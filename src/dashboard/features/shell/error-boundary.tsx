import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { CopyButton, Mono } from '../../ui/mono.tsx';
import { EmptyState } from '../../ui/states.tsx';

interface Props {
  readonly children: ReactNode;
  /** A change of this tries again, such as the screen's key. */
  readonly resetKey?: string;
  /** Called before the children are tried again. */
  readonly onRetry?: () => void;
  /** Whether an error is no bug: {@link expected} is shown for it. */
  readonly isExpected?: (error: Error) => boolean;
  readonly expected?: ReactNode;
}

/** Keeps an error in one part from breaking the rest of the page, and shows it. */
export class ErrorBoundary extends Component<Props, { readonly error: Error | undefined }> {
  override readonly state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidUpdate(before: Props): void {
    if (before.resetKey !== this.props.resetKey && this.state.error) this.#retry();
  }

  readonly #retry = (): void => {
    this.props.onRetry?.();
    this.setState({ error: undefined });
  };

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    if (this.props.isExpected?.(error) === true) return this.props.expected;
    return (
      <EmptyState title="This part of the page broke" action={<Button onClick={this.#retry}>Show it again</Button>}>
        <Mono tone="refused">{error.message}</Mono>{' '}
        <CopyButton text={error.stack ?? error.message} label="Copy the details" />
      </EmptyState>
    );
  }
}
