import { Button, Menu } from '@mantine/core';
import { ChevronDown, File as FileIcon, Folder, Upload } from 'lucide-react';
import { useRef, type ReactNode } from 'react';

/** Chooses files, or a whole folder, to upload. */
export function UploadMenu({ onChoose }: { onChoose: (files: readonly File[]) => void }): ReactNode {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement): void => {
    const chosen = [...(input.files ?? [])];
    input.value = ''; // the same file may be chosen again
    if (chosen.length > 0) onChoose(chosen);
  };
  return (
    <>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={(input) => {
          folder.current = input;
          // React has no property for it.
          input?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        hidden
        aria-label="Folder to upload"
        onChange={(event) => take(event.currentTarget)}
      />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="filled" leftSection={<Upload size={13} />} rightSection={<ChevronDown size={12} />}>
            Upload
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<FileIcon size={13} />} onClick={() => files.current?.click()}>
            Files…
          </Menu.Item>
          <Menu.Item leftSection={<Folder size={13} />} onClick={() => folder.current?.click()}>
            A folder…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
