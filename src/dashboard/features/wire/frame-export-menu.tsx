import { Button, Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import type { HubApi } from '../../../protocol/api.ts';
import { bundleHead, bundleLine, exportedFrames, type ExportCounts } from '../../../protocol/export/frame-bundle.ts';
import type { FrameContent } from '../../../protocol/frame-record.ts';
import { toHar } from '../../../protocol/export/har.ts';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { useDashboard, useServer } from '../../dashboard-context.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { useAction } from '../../ui/use-action.tsx';

/** Frames that one export takes: all of them are in the page's memory. */
const MOST_EXPORTED = 5_000;

type Format = 'jsonl' | 'har';

/** Saves the frames that pass the filter: secrets are masked, and bodies are left out on request. */
export function FrameExportMenu({ filter }: { readonly filter: string }): ReactNode {
  const { clock } = useDashboard();
  const url = useServer(({ hub }) => hub?.url ?? window.location.origin);
  const save = useAction<[Format, boolean], ExportCounts & { readonly hasContent: boolean }>(
    async (hub, format, hasContent) => {
      const counts: ExportCounts = { frames: 0, contentBytes: 0, isCut: false };
      const contents = await collected(hub, { filter, hasContent, most: MOST_EXPORTED }, counts);
      if (format === 'har') saveFile('signalbox-wire.har', [JSON.stringify(toHar(contents, url))], 'application/json');
      else {
        const lines = [bundleHead({ filter, hasContent }, clock.now()), ...contents.map(bundleLine)];
        saveFile('signalbox-wire.jsonl', lines, 'application/jsonl');
      }
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
        <Menu.Item onClick={() => void save.run('jsonl', true)}>Bundle (JSON Lines)</Menu.Item>
        <Menu.Item onClick={() => void save.run('har', true)}>HTTP archive (HAR)</Menu.Item>
        <Menu.Label>Headers alone</Menu.Label>
        <Menu.Item onClick={() => void save.run('jsonl', false)}>Bundle without bodies</Menu.Item>
        <Menu.Item onClick={() => void save.run('har', false)}>HTTP archive without bodies</Menu.Item>
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
