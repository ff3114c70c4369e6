/** The product's version, as `package.json` has it (a test holds the two together). */
export const PRODUCT_VERSION = '0.1.0';

/**
 * Version of the contract between hub and dashboard, and of the events in the log.
 * Raise it whenever a schema in this folder changes in a way that an older reader would misread.
 */
export const PROTOCOL_VERSION = 1;
