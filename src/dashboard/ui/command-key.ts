/** What the key is called that makes a letter a command on this computer. */
export function commandKey(): '⌘' | 'Ctrl' {
  return /mac/iu.test(navigator.platform) ? '⌘' : 'Ctrl';
}
