/** Who can reach the hub, and what an agent sees of this machine. */
export function whatIsSafe(onlyLocal: boolean): string {
  const who = onlyLocal
    ? 'Only programs on this computer can reach it.'
    : 'Other computers can reach it, and need a key as well.';
  return `${who} Agents see the files in the workspaces of their key, and nothing else on your disk.`;
}
