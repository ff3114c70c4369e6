/** Lets all other work have its turn: resolves when sockets and timers were looked at. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
