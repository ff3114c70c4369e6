import { audio, image, text } from './content.ts';
import { type Fixture, needs } from './fixture.ts';

const answer = (value: string) => ({ content: [text(value)] });

/** Tools by which the suite looks at what 2026-07-28 forbids. */
export const statelessTools: Readonly<Record<string, Fixture>> = {
  test_missing_capability: {
    run: (_args, ctx) => {
      needs(ctx, 'sampling');
      return answer('The client has it.');
    },
  },
  test_streaming_elicitation: { run: () => ({ content: [text('It was not asked.'), image, audio] }) },
  test_logging_tool: {
    run: (_args, ctx) => {
      ctx.log?.('info', 'It was called.');
      return answer('It has logged that, where the client asked for it.');
    },
  },
};
