import { z } from 'zod';
import { baseUrl } from '../addresses/base-url.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesNoFile } from '../define-tool/named-files.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';

/** The headings of the guide, as an argument names them. */
const sections = [
  'begin',
  'tools',
  'conventions',
  'watch',
  'write safely',
  'locks',
  'jobs',
  'limits',
  'errors',
  'prompts',
] as const;

const guide = defineTool({
  name: 'guide',
  title: 'Read the guide',
  description:
    'How to work here: what to do first, how to be notified, to write safely, to lock, what each error asks of you. Call it once before you begin.',
  role: 'viewer',
  needsNoWorkspace: true,
  effect: 'reads',
  idempotent: true,
  files: namesNoFile,
  logs: ['section'],
  input: { section: z.enum(sections).optional().describe('Only this part; all of it when left out.') },
  output: { text: z.string().describe('Markdown') },
  run: ({ section }, { ctx, deps }) => {
    const whole = deps.guide(baseUrl(deps, ctx));
    const text = section === undefined ? whole : partOf(whole, section);
    return { say: text, result: { text }, content: [{ type: 'text', text }] };
  },
});

function partOf(whole: string, section: string): string {
  const parts = whole.split(/^(?=## )/mu);
  return parts.find((part) => part.toLowerCase().startsWith(`## ${section}\n`)) ?? whole;
}

export const guideTools: readonly ToolDefinition[] = [guide];
