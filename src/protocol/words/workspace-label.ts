/** Characters of an id that tell two workspaces of one name apart. */
const ID_CHARACTERS = 6;

interface NamedWorkspace {
  readonly id: string;
  readonly name: string;
}

/**
 * What a person calls a workspace: its name, and the end of its id where another of `all` has the same name. Agents
 * that do not see each other's workspaces may choose one name twice.
 */
export function workspaceLabel({ id, name }: NamedWorkspace, all: Iterable<NamedWorkspace>): string {
  for (const other of all) if (other.id !== id && other.name === name) return `${name} (…${id.slice(-ID_CHARACTERS)})`;
  return name;
}
