import type { Ink, Layout, Shape } from './layout.ts';

/** Colours of a drawing that stands by itself. */
export type DrawingColours = Readonly<Record<Ink | 'ground', string>>;

/** Height of the line with the names of the participants, in px. */
const HEAD = 34;

/** Width of a bar on a participant, in px. */
export const SPAN_WIDTH = 8;

/** A drawing as an SVG document of its own: its colours and typeface are in it, and nothing is loaded. */
export function svgText({ width, height, participants, rows }: Layout, palette: DrawingColours): string {
  const total = height + HEAD;
  const body = [
    `<rect width="${width}" height="${total}" fill="${palette.ground}"/>`,
    ...participants.flatMap(({ name, x }) => [
      `<text x="${x}" y="21" text-anchor="middle" font-weight="600" fill="${palette.text}">${escaped(name)}</text>`,
      `<line x1="${x}" x2="${x}" y1="${HEAD}" y2="${total}" stroke="${palette.line}"/>`,
    ]),
    `<g transform="translate(0 ${HEAD})">`,
    ...rows.flatMap(({ shapes }) => shapes.map((shape) => shapeText(shape, palette))),
    '</g>',
  ];
  const font = `font-family="JetBrains Mono, ui-monospace, Menlo, Consolas, monospace" font-size="11"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" ${font}>\n${body.join('\n')}\n</svg>\n`;
}

function shapeText(shape: Shape, palette: DrawingColours): string {
  const colour = palette[shape.ink];
  switch (shape.kind) {
    case 'line': {
      const dash = shape.isDashed ? ' stroke-dasharray="4 3"' : '';
      return `<line x1="${shape.x1}" x2="${shape.x2}" y1="${shape.y}" y2="${shape.y}" stroke="${colour}"${dash}/>`;
    }
    case 'point':
      return `<path d="${pointPath(shape)}" fill="${shape.isCross ? 'none' : colour}" stroke="${colour}"/>`;
    case 'box': {
      const { x, y, width, height } = shape;
      const dash = shape.isDashed ? ' stroke-dasharray="4 3"' : '';
      return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="${palette.ground}" stroke="${colour}"${dash}/>`;
    }
    case 'span':
      return `<rect x="${shape.x}" y="${shape.y}" width="${SPAN_WIDTH}" height="${shape.height}" rx="2" fill="${colour}"/>`;
    case 'text': {
      const weight = shape.isStrong === true ? ' font-weight="600"' : '';
      const halo = `stroke="${palette.ground}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`;
      return `<text x="${shape.x}" y="${shape.y}" text-anchor="${shape.anchor}" fill="${colour}"${weight} ${halo}>${escaped(shape.text)}</text>`;
    }
    default:
      return shape satisfies never;
  }
}

/** The outline of the point of an arrow. */
export function pointPath({ x, y, toward, isCross }: Extract<Shape, { kind: 'point' }>): string {
  return isCross ? `M${x - 8} ${y - 4}l8 8m0 -8l-8 8` : `M${x} ${y}l${-7 * toward} -4v8z`;
}

/** What a client says must not become markup. */
function escaped(text: string): string {
  const marked = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return [...marked].map((character) => (isInXml(character) ? character : '�')).join('');
}

/** Whether XML has a character (XML 1.0, section 2.2): neither control characters nor halves of others. */
function isInXml(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}
