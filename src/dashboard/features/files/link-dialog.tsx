import { Button, Group, PasswordInput, Select, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { FileRecord } from '../../../protocol/records.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { CodeBlock } from '../../ui/mono.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { FileLinks } from './file-links.tsx';
import { lifetimes, usesIn } from './link-input.ts';

/** Makes a download link to the present version of a file, and shows those that there are. */
export function LinkDialog({ file, onClose }: { file: FileRecord; onClose: () => void }): ReactNode {
  const { workspace, path, version } = file;
  const [lifetime, setLifetime] = useState('1 day');
  const [uses, setUses] = useState('');
  const [password, setPassword] = useState('');
  const maxUses = usesIn(uses);
  const isLongEnough = password === '' || password.length >= 8;
  const ttlMs = lifetimes[lifetime] ?? 0;
  const limits = {
    ...(maxUses === undefined || maxUses === 'wrong' ? {} : { maxUses }),
    ...(password === '' ? {} : { password }),
  };
  const make = useAction((hub) => hub.linkCreate({ workspace, path, version, ttlMs, ...limits }));
  const [url, setUrl] = useState<string>();
  return (
    <Dialog
      opened
      onClose={onClose}
      title={`Links to ${path}`}
      size="md"
      // The address is shown once: neither Esc nor a click beside the dialog loses it.
      closeOnClickOutside={url === undefined}
      closeOnEscape={url === undefined}
    >
      {url === undefined ? (
        <DialogForm
          submitLabel="Create link"
          isReady={maxUses !== 'wrong' && isLongEnough}
          isPending={make.isPending}
          onSubmit={() => void make.run().then((made) => made && setUrl(made.url))}
          onCancel={onClose}
        >
          <Select
            label="Lasts for"
            description={`Anyone with the link can download version ${version}, without a key`}
            data={Object.keys(lifetimes)}
            value={lifetime}
            onChange={(value) => value !== null && setLifetime(value)}
            allowDeselect={false}
          />
          <TextInput
            label="Downloads (optional)"
            description="After so many it is used up"
            value={uses}
            onChange={(event) => setUses(event.currentTarget.value)}
            error={maxUses === 'wrong' && 'Write a number from 1 to 1000'}
            inputMode="numeric"
            autoComplete="off"
          />
          <PasswordInput
            label="Password (optional)"
            description="Asked when the link is opened"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={!isLongEnough && 'Write at least 8 characters'}
            autoComplete="new-password"
          />
        </DialogForm>
      ) : (
        <>
          <CodeBlock text={url} label="Link" />
          <Group justify="flex-end" mt="sm">
            <Button variant="filled" onClick={onClose}>
              I have copied it
            </Button>
          </Group>
        </>
      )}
      <FileLinks file={file} />
    </Dialog>
  );
}
