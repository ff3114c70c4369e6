/** Listen streams that one key may have open. */
export const MOST_LISTENS_OF_KEY = 256;

/** URIs of one listen request; a rule of the hub limits those of a session. */
export const MOST_LISTEN_URIS = 1_000;
