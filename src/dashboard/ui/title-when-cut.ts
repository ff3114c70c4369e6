import type { MouseEvent } from 'react';

/**
 * For `onMouseOver` of a list: gives the cell below the pointer its whole text as a tooltip while an
 * ellipsis hides some of it. A part that has a tooltip of its own keeps it.
 */
export function titleWhenCut({ target }: MouseEvent): void {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[role="gridcell"]') : null;
  if (!cell) return;
  const isCut = [cell, ...cell.querySelectorAll<HTMLElement>('*')].some(
    (part) => part.scrollWidth > part.clientWidth && getComputedStyle(part).textOverflow === 'ellipsis',
  );
  if (isCut) cell.title = cell.innerText;
  else cell.removeAttribute('title');
}
