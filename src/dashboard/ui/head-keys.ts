import type { FocusEvent, KeyboardEvent } from 'react';

/*
 * The buttons that sort a list stand above it, and the keyboard comes to them before it comes to the list. In the page
 * they are a part of the list, which has the focus as a whole: in the browser's own order they would follow it.
 */

/** From the first row up to the buttons that sort, as in any grid; answers whether there are any. */
export function goToHead(table: HTMLElement | null): boolean {
  const [first] = sortButtons(table);
  first?.focus();
  return first !== undefined;
}

function sortButtons(table: Element | null): readonly HTMLElement[] {
  return [...(table?.querySelectorAll<HTMLElement>('[role="columnheader"] > button:not([tabindex="-1"])') ?? [])];
}

/** Left and right lead to the next button that sorts; down leads back into the list, and from the last one Tab. */
export function moveInHead(event: KeyboardEvent): void {
  const table = event.currentTarget.closest<HTMLElement>('[data-list]');
  const buttons = sortButtons(table);
  const at = buttons.findIndex((button) => button === event.target);
  if (at < 0) return;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const isLeft = event.key === 'Tab' && !event.shiftKey && at === buttons.length - 1;
  if (step === undefined && event.key !== 'ArrowDown' && !isLeft) return;
  event.preventDefault();
  if (step === undefined) table?.focus();
  else buttons[at + step]?.focus();
}

/** Tab in the list itself: back to the last button that sorts; forward past all of them. */
export function tabFromList(event: KeyboardEvent, table: HTMLElement | null): void {
  const last = sortButtons(table).at(-1);
  if (!last) return;
  if (event.shiftKey) event.preventDefault();
  last.focus({ preventScroll: true }); // forward, the browser goes on from there
}

/** Whether the keyboard came to a button that sorts from behind the list, or from its rows: the list is next. */
export function isFromBehind({ target, relatedTarget }: FocusEvent<HTMLElement>): boolean {
  const head = target.closest('[role="columnheader"]')?.parentElement;
  if (!head || !(relatedTarget instanceof Node) || !target.matches(':focus-visible')) return false;
  if (head.contains(relatedTarget)) return false;
  return (head.compareDocumentPosition(relatedTarget) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}
