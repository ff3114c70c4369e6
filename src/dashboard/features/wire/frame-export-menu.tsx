import { Button, Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import type { HubApi } from '../../../protocol/api.ts';
import { exportedFrames, type ExportCounts } from '../../../protocol/export/frame-bundle.ts';
import { frameFormatNames, frameFormats, type FrameFormat } from '../../../protocol/export/frame-formats.ts';
import type { FrameContent } from '../../../protocol/frame-record.ts';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { useDashboard, useServer } from '../../dashboard-context.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { useAction } from '../../ui/use-action.tsx';

/** Frames that one export takes: all of them are in the page's memory. */
const MOST_EXPORTED = 5_000;

/** Saves the frames that pass the filter: secrets are masked, and bodies are left out on request. */
export function FrameExportMenu({ filter }: { readonly filter: string }): ReactNode {
  const { clock } = useDashboard();
  const url = useServer(({ hub }) => hub?.url ?? window.location.origin);
  const keys = useServer((state) => state.keys);
  const save = useAction<[FrameFormat, boolean], ExportCounts & { readonly hasContent: boolean }>(
    async (hub, format, hasContent) => {
      const counts: ExportCounts = { frames: 0, contentBytes: 0, isCut: false };
      const contents = await collected(hub, { filter, hasContent, most: MOST_EXPORTED }, counts);
      const { suffix, mime, parts } = frameFormats[format];
      const made = { filter, hasContent, url, now: clock.now(), keyName: (id: string) => keys.get(id)?.name };
      saveFile(`signalbox-wire.${suffix}`, [...parts(contents, made)], mime);
      return { ...counts, hasContent };
    },
    savedWords,
  );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<Download size={13} />} loading={save.isPending}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Frames of the filter, with bodies</Menu.Label>
        {frameFormatNames.map((name) => (
          <Menu.Item key={name} onClick={() => void save.run(name, true)}>
            {frameFormats[name].title}
          </Menu.Item>
        ))}
        <Menu.Label>Headers alone</Menu.Label>
        {frameFormatNames.map((name) => (
          <Menu.Item key={name} onClick={() => void save.run(name, false)}>
            {`${frameFormats[name].title} without bodies`}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

async function collected(
  hub: HubApi,
  what: Parameters<typeof exportedFrames>[1],
  counts: ExportCounts,
): Promise<readonly FrameContent[]> {
  const contents: FrameContent[] = [];
  for await (const content of exportedFrames(hub, what, counts)) contents.push(content);
  return contents;
}

function savedWords({
  frames,
  contentBytes,
  isCut,
  hasContent,
}: ExportCounts & { readonly hasContent: boolean }): string {
  const many = frames === 1 ? '1 frame' : `${formatCount(frames)} frames`;
  const held = hasContent ? `with ${formatSize(contentBytes)} of content` : 'without content';
  return isCut ? `The newest ${many} are saved, ${held}; "signalbox wire export" saves all` : `${many} saved, ${held}`;
}
