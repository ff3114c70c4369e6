import { Button, Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ExportFormat } from '../../../protocol/words/audit-rows.ts';
import { formatCount } from '../../../protocol/words/units.ts';
import { saveFile } from '../../ui/save-file.ts';
import { useAction } from '../../ui/use-action.tsx';
import { toQuery, type AuditFilter } from './audit-filter.ts';
import { exportEvents, type EventExport } from './export-events.ts';

/** Saves the events that pass the filter, or a signed checkpoint of the whole log. */
export function AuditExportMenu({ filter }: { filter: AuditFilter }): ReactNode {
  const save = useAction<[ExportFormat], EventExport>(async (hub, format) => {
    const exported = await exportEvents(hub, toQuery(filter), format);
    saveFile(`signalbox-audit.${format}`, exported.parts, format === 'csv' ? 'text/csv' : 'application/jsonl');
    return exported;
  }, savedWords);
  const sign = useAction(async (hub) => {
    const checkpoint = await hub.auditCheckpoint();
    saveFile(`signalbox-checkpoint-${checkpoint.seq}.json`, [`${JSON.stringify(checkpoint)}\n`], 'application/json');
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<Download size={13} />} loading={save.isPending || sign.isPending}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save.run('jsonl')}>These events as JSON Lines</Menu.Item>
        <Menu.Item onClick={() => void save.run('csv')}>These events as CSV</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void sign.run()}>Signed checkpoint of the log</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function savedWords({ count, isCut }: EventExport): string {
  const events = count === 1 ? '1 event' : `${formatCount(count)} events`;
  return isCut ? `The oldest ${events} are saved; "signalbox audit export" saves all` : `${events} saved`;
}
