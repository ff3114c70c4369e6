import { createSpotlight } from '@mantine/spotlight';

/**
 * Which line of the palette is chosen, and its `open`. The library's own store is the same but cannot
 * be reached, and a list that grows after the typing has to choose again.
 */
export const [paletteStore, palette] = createSpotlight();
