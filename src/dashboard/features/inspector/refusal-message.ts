import { z } from 'zod';

/** An error of JSON-RPC, and the result of a tool that was refused. */
const replySchema = z.object({
  error: z.object({ message: z.string() }).optional(),
  result: z
    .object({
      isError: z.literal(true),
      content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
    })
    .optional(),
});

/** The words with which a reply refuses what was asked; undefined where it does not, or is no JSON. `body` is its text. */
export function refusalMessage(body: string | undefined): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body ?? '');
  } catch {
    return undefined; // not JSON, or cut
  }
  const reply = replySchema.safeParse(json).data;
  const text = reply?.error?.message ?? reply?.result?.content.find(({ type }) => type === 'text')?.text;
  // A tool's text is `code: message`, and then the details for a program.
  return text?.replace(/\ndetails:[^]*$/u, '').replace(/^[a-z_]+: /u, '');
}
