import { embedded, image, text } from './content.ts';
import type { Fixture } from './fixture.ts';
import { inputPrompt } from './input-required.ts';

const says = (...contents: readonly object[]) => ({ messages: contents.map((content) => ({ role: 'user', content })) });

export const prompts: Readonly<Record<string, Fixture>> = {
  test_simple_prompt: { run: () => says(text('This is a simple prompt for testing.')) },
  test_prompt_with_arguments: {
    takes: ['arg1', 'arg2'],
    run: ({ arg1, arg2 }) => says(text(`Prompt with arguments: arg1='${String(arg1)}', arg2='${String(arg2)}'`)),
  },
  test_prompt_with_embedded_resource: {
    takes: ['resourceUri'],
    run: ({ resourceUri }) =>
      says(
        embedded(String(resourceUri), 'text/plain', 'Embedded resource content for testing.'),
        text('Please process the embedded resource above.'),
      ),
  },
  test_prompt_with_image: { run: () => says(image, text('Please analyze the image above.')) },
  test_input_required_result_prompt: inputPrompt,
};
