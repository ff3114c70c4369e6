/** The colours of one theme that are not an agent's. All `#rrggbb`. */
export interface Surfaces {
  /** Behind everything. */
  readonly ground: string;
  /** Panes and lists. */
  readonly surface: string;
  /** Headers, fields, overlays. */
  readonly raised: string;
  readonly hover: string;
  readonly selected: string;
  readonly line: string;
  readonly lineStrong: string;
  /** The edge of fields and boxes, which is all that shows where they are. */
  readonly field: string;
  readonly text: string;
  readonly dim: string;
  readonly faint: string;
  /** Focus, selection, links: the colour that means "here". */
  readonly accent: string;
  readonly onAccent: string;
  readonly proceed: string;
  readonly waiting: string;
  readonly refused: string;
}

export const darkSurfaces: Surfaces = {
  ground: '#0b0d10',
  surface: '#101317',
  raised: '#171b20',
  hover: '#1a1f25',
  selected: '#1c2733',
  line: '#20252c',
  lineStrong: '#323943',
  field: '#616b77',
  text: '#e6e8eb',
  dim: '#a3abb5',
  faint: '#8b95a1',
  accent: '#6cb0ff',
  onAccent: '#06121f',
  proceed: '#4fc98a',
  waiting: '#edb13b',
  refused: '#ff7b72',
};

export const lightSurfaces: Surfaces = {
  ground: '#f4f5f7',
  surface: '#ffffff',
  raised: '#f7f8f9',
  hover: '#f0f2f4',
  selected: '#e3eefc',
  line: '#e2e5e9',
  lineStrong: '#c6ccd3',
  field: '#828c97',
  text: '#15191e',
  dim: '#4c5661',
  faint: '#5c6672',
  accent: '#0b62c4',
  onAccent: '#ffffff',
  proceed: '#0f7340',
  waiting: '#875600',
  refused: '#c0262d',
};
