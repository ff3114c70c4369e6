/** Has the browser save a text as a file. */
export function saveFile(name: string, parts: readonly string[], type: string): void {
  saveBlob(name, new Blob([...parts], { type }));
}

/** Has the browser save bytes as a file. */
export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by the next turn of its loop.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
