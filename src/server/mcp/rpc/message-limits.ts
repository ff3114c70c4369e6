/*
 * Bounds of what a client chooses in a message, and the hub repeats or keeps: an id comes back in the answer and in
 * each notification of a listen stream, a progress token in each progress, a method in the frames.
 */

/** Characters of a request's id, of a progress token and of a method's name. */
export const MOST_ID_CHARACTERS = 256;

/** Characters of a URI, and of the name of a tool or prompt: the longest path, escaped, has fewer. */
export const MOST_URI_CHARACTERS = 4096;

/** Objects and lists within each other. */
export const MOST_NESTED = 256;

/** Messages of one batch. */
export const MOST_BATCHED = 100;
