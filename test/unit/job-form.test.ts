import { expect, test } from 'vitest';
import { z } from 'zod';
import { filledIn, inputFields, inputProblems } from '../../src/dashboard/start-job/input-fields.ts';
import { fileExtract } from '../../src/jobs/file-extract/kind.ts';
import { defineKind } from '../../src/jobs/job-kind.ts';

const resize = defineKind({
  ...fileExtract,
  name: 'file_resize',
  input: {
    to_format: z.enum(['png', 'webp']).describe('What it becomes.'),
    width: z.number().int().min(1).max(10_000).optional(),
    keep_ratio: z.boolean().default(true),
    into: z.string().max(300).optional(),
  },
  example: { path: 'a.png', text: '', input: { to_format: 'png' } },
});

test('[UX24] the form of a job is made of its arguments', () => {
  expect(inputFields(fileExtract)).toEqual([]);
  expect(inputFields(resize)).toEqual([
    {
      name: 'to_format',
      label: 'To format',
      description: 'What it becomes.',
      isRequired: true,
      initial: undefined,
      control: { kind: 'choice', options: ['png', 'webp'] },
    },
    {
      name: 'width',
      label: 'Width',
      isRequired: false,
      initial: undefined,
      control: { kind: 'number', isWhole: true, min: 1, max: 10_000 },
    },
    { name: 'keep_ratio', label: 'Keep ratio', isRequired: false, initial: true, control: { kind: 'switch' } },
    { name: 'into', label: 'Into', isRequired: false, initial: undefined, control: { kind: 'text', maxLength: 300 } },
  ]);
});

test('[UX24] an empty field is left out, and what is wrong is said at its field', () => {
  expect(filledIn({ to_format: 'png', width: undefined, into: '' })).toEqual({ to_format: 'png' });
  expect(inputProblems(resize, { to_format: 'png' })).toEqual({});
  expect(inputProblems(resize, { width: 0 })).toEqual({
    to_format: 'This is needed.',
    width: expect.stringContaining('>=1'),
  });
});
