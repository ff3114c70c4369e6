/** The product's version, as `package.json` has it (a test holds the two together). */
export const PRODUCT_VERSION = '0.1.0';

/**
 * Version of the calls and pushes between hub and dashboard. Raise it whenever a call changes in a way
 * that a page loaded from another version would get wrong, and once a release in which there is a new type of event,
 * at which such a page would stop: the page then asks to be reloaded. A test
 * (`test/unit/contract-version.test.ts`) fails when they change, and asks whether to.
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
export const STATE_VERSION = 3;
