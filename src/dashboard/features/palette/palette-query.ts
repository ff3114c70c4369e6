/** What a sign at the beginning narrows the palette to. */
export type PaletteScope = 'actions' | 'agents' | 'files' | 'events';

/** The signs, in the order in which they are shown. */
export const palettePrefixes: readonly { readonly sign: string; readonly scope: PaletteScope }[] = [
  { sign: '>', scope: 'actions' },
  { sign: '@', scope: 'agents' },
  { sign: '/', scope: 'files' },
  { sign: '#', scope: 'events' },
];

/** What was typed, taken apart: `@plan` searches agents for `plan`, `plan` everything. */
export function paletteQuery(typed: string): { readonly scope: PaletteScope | undefined; readonly text: string } {
  const given = typed.trimStart();
  const scope = palettePrefixes.find(({ sign }) => given.startsWith(sign))?.scope;
  return { scope, text: (scope === undefined ? given : given.slice(1)).trim() };
}
