import { z } from 'zod';

/** What inputs of calls are made of. The rules say what a path or a name may be; here its length is bounded. */
export const id = z.string().min(1).max(200);
/** By id or name. */
export const workspace = z.string().min(1).max(200);
export const path = z.string().min(1).max(8_192);
export const name = z.string().max(8_192);
export const version = z.number().int().positive();
/** Why the person did something, for the log; one line. */
export const reason = z.string().trim().min(1).max(500).optional();
/** Of an event. */
export const seq = z.number().int().positive();

/** For calls that take nothing. */
export const nothing = z.strictObject({});
