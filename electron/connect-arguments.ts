/** The arguments after the word `connect`, where the app was started as a client's MCP server; else undefined. */
export function connectArguments(argv: readonly string[], isPackaged: boolean): readonly string[] | undefined {
  // Not packaged, Electron's own program has the app's folder as its first argument.
  const [word, ...args] = argv.slice(isPackaged ? 1 : 2);
  return word === 'connect' ? args : undefined;
}
