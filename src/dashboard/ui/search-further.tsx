import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatCount } from '../../protocol/words/units.ts';
import type { LivePages } from '../paging/use-live-pages.ts';
import { EmptyState } from './states.tsx';

export interface SearchFurtherProps {
  readonly icon: ReactNode;
  /** Such as `job`. */
  readonly what: string;
  readonly pages: Pick<LivePages<unknown>, 'items' | 'isLoadingMore' | 'loadMore'>;
}

/** In place of rows, where none of those that were read passes the filter and there are more. */
export function SearchFurther({ icon, what, pages }: SearchFurtherProps): ReactNode {
  const { items, isLoadingMore, loadMore } = pages;
  return (
    <EmptyState
      icon={icon}
      title={`No ${what} is like that so far`}
      action={
        <Button loading={isLoadingMore} onClick={loadMore}>
          Search further
        </Button>
      }
    >
      The newest {formatCount(items.length)} were searched.
    </EmptyState>
  );
}
