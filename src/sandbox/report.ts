import type { ToolFields } from './agent-link.ts';

/** Where the report on a file lies, under the file's whole name, by which it is known as made from it. Reports are not reported on. */
export function reportPath(path: string): string {
  return `reports/${path}${/\.md$/iu.test(path) ? '.report.md' : '.md'}`;
}

export function isReport(path: string): boolean {
  return path.startsWith('reports/');
}

export interface ReportFacts {
  readonly agent: string;
  readonly wire: string;
  readonly path: string;
  readonly version: number;
  readonly facts: ToolFields;
  readonly fence: number;
}

/** The report with this agent's section written or, after a new version, replaced; the others' stay. */
export function withSection(report: string | undefined, finding: ReportFacts): string {
  const title = `# Report on ${finding.path}\n`;
  const heading = `## ${finding.agent}\n`;
  const [head = title, ...sections] = (report ?? title).split(/^(?=## )/mu);
  const others = sections.filter((section) => !section.startsWith(heading));
  return [head.trimEnd(), ...others.map((section) => section.trimEnd()), section(heading, finding)].join('\n\n');
}

function section(heading: string, { wire, version, facts, fence }: ReportFacts): string {
  const lines = flatten(facts).map(([name, value]) => `- ${name}: ${value}`);
  return `${heading}\nVersion ${version}, read over ${wire}, written under fence ${fence}.\n\n${lines.join('\n')}\n`;
}

/** Nested facts as dotted names; long lists by their length. */
function flatten(facts: ToolFields, prefix = ''): [string, string][] {
  return Object.entries(facts).flatMap(([name, value]): [string, string][] => {
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return [[prefix + name, `${value.length} entries`]];
    if (typeof value === 'object') return flatten(value as ToolFields, `${prefix}${name}.`);
    return [[prefix + name, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}
