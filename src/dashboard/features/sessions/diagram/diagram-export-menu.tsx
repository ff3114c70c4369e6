import { Button, Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Diagram } from '../../../../protocol/handshake/model.ts';
import { toMermaid } from '../../../../protocol/handshake/mermaid.ts';
import { saveBlob, saveFile } from '../../../ui/save-file.ts';
import { useAction } from '../../../ui/use-action.tsx';
import { layoutOf } from './layout.ts';
import { svgText, type DrawingColours } from './svg-text.ts';
import { pngOf } from './png.ts';

/** Width of a drawing that is saved, in px. */
const WIDTH = 960;

interface ExportMenuProps {
  readonly diagram: Diagram;
  readonly name: string;
  readonly url: string;
}

/** Saves the diagram: as a drawing in the colours of the page, or as Mermaid's text. */
export function DiagramExportMenu({ diagram, name, url }: ExportMenuProps): ReactNode {
  const drawing = (): string => svgText(layoutOf(diagram, WIDTH), paletteOf(document.documentElement));
  const savePng = useAction(async () => {
    saveBlob(`handshake-${name}.png`, await pngOf(drawing()));
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<Download size={13} />} loading={savePng.isPending}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => saveFile(`handshake-${name}.svg`, [drawing()], 'image/svg+xml')}>
          Drawing (SVG)
        </Menu.Item>
        <Menu.Item onClick={() => void savePng.run()}>Picture (PNG)</Menu.Item>
        <Menu.Item onClick={() => saveFile(`handshake-${name}.mmd`, [toMermaid(diagram, { url })], 'text/plain')}>
          Text (Mermaid)
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The colours that the page has now. */
function paletteOf(element: Element): DrawingColours {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(`--sb-${name}`).trim();
  return {
    ground: colour('ground'),
    text: colour('text'),
    dim: colour('dim'),
    line: colour('line-strong'),
    proceed: colour('proceed'),
    waiting: colour('waiting'),
    refused: colour('refused'),
  };
}
