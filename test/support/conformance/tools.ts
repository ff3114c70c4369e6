import { setTimeout } from 'node:timers/promises';
import { audio, embedded, image, text } from './content.ts';
import type { Fixture } from './fixture.ts';

const STEP_MS = 50;
const answer = (...content: readonly object[]) => ({ content });

/** Tools that answer by themselves. */
export const plainTools: Readonly<Record<string, Fixture>> = {
  test_simple_text: { run: () => answer(text('This is a simple text response for testing.')) },
  test_image_content: { run: () => answer(image) },
  test_audio_content: { run: () => answer(audio) },
  test_embedded_resource: {
    run: () => answer(embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')),
  },
  test_multiple_content_types: {
    run: () =>
      answer(
        text('Multiple content types test:'),
        image,
        embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
      ),
  },
  test_error_handling: {
    run: () => ({ isError: true, ...answer(text('This tool intentionally returns an error for testing')) }),
  },
  test_tool_with_logging: {
    run: async (_args, ctx) => {
      for (const what of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        ctx.log?.('info', what);
        await setTimeout(STEP_MS);
      }
      return answer(text('The tool has logged what it did.'));
    },
  },
  test_tool_with_progress: {
    run: async (_args, ctx) => {
      for (const fraction of [0, 0.5, 1]) {
        ctx.progress?.(fraction);
        await setTimeout(STEP_MS);
      }
      return answer(text('The tool has finished.'));
    },
  },
};
