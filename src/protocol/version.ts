/** The product's version, as `package.json` has it (a test holds the two together). */
export const PRODUCT_VERSION = '0.1.0';

/**
 * Version of the calls and pushes between hub and dashboard. It is raised where a page of the last release would get a
 * call wrong, or would stop at a type of event that it does not know: such a page then asks to be reloaded. Once between
 * two releases is enough. 0.1.0, the last one, had 1, so until the next release nothing needs a higher number than is
 * here now. A test (`test/unit/contract-version.test.ts`) fails when calls or pushes change, and says what to do.
 */
export const CHANNEL_VERSION = 4;

/**
 * Version of the events in the log. Raise it whenever an event changes in a way that an older reader
 * would misread: an older hub then refuses the log. The same test asks.
 */
export const PROTOCOL_VERSION = 1;

/**
 * Version of the state that the fold makes of the events. Raise it whenever the fold makes something else of old
 * events than before: snapshots of other versions are passed over then, and the state is made anew from the whole log.
 */
export const STATE_VERSION = 4;
