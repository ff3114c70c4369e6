import type { ClientOffer } from '../../protocol/client-offers.ts';

export interface ClientGroup {
  readonly title: string;
  readonly offers: readonly ClientOffer[];
}

const groups = { terminal: 'In a terminal', editor: 'Editors', app: 'Apps' } as const;

/** The clients that fit a text, by name or id: those of the machine first, the others by their kind. */
export function foundClients(clients: readonly ClientOffer[], text: string): readonly ClientGroup[] {
  const wanted = text.trim().toLowerCase();
  const fits = clients.filter(({ id, label }) => `${label} ${id}`.toLowerCase().includes(wanted));
  const isHere = ({ here }: ClientOffer): boolean => here?.isFound === true || here?.state === 'set_up';
  return [
    { title: 'On this computer', offers: fits.filter(isHere) },
    ...Object.entries(groups).map(([group, title]) => ({
      title,
      offers: fits.filter((one) => one.group === group && !isHere(one)),
    })),
  ].filter(({ offers }) => offers.length > 0);
}
