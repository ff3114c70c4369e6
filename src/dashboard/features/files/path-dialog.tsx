import { TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { FileRecord } from '../../../protocol/records.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { fileName } from './file-url.ts';
import { copyName, pathProblem } from './target-path.ts';

export interface PathDialogProps {
  readonly file: FileRecord;
  readonly what: 'move' | 'copy';
  readonly onClose: () => void;
  /** Called with the changed file. */
  readonly onDone?: ((file: FileRecord) => void) | undefined;
}

/** Asks for a file's new path. A copy to an existing path adds a version there; a move is refused by the hub. */
export function PathDialog({ file, what, onClose, onDone }: PathDialogProps): ReactNode {
  const [path, setPath] = useState(what === 'copy' ? copyName(file.path) : file.path);
  const action = useAction(
    (hub) =>
      what === 'move'
        ? hub.fileMove({ workspace: file.workspace, from: file.path, to: path.trim() })
        : hub.fileCopy({ workspace: file.workspace, from: file.path, to: path.trim() }),
    undefined,
    ['invalid_path', 'conflict', 'locked', 'name_taken'],
  );
  const problem = pathProblem(path);
  const isSame = path.trim() === file.path;
  const submit = (): void => {
    void action.run().then((moved) => {
      if (!moved) return;
      onClose();
      onDone?.(moved);
    });
  };
  return (
    <Dialog opened onClose={onClose} title={what === 'move' ? 'Move or rename' : 'Copy file'}>
      <DialogForm
        submitLabel={what === 'move' ? 'Move' : 'Copy'}
        isReady={problem === undefined && !isSame}
        isPending={action.isPending}
        onSubmit={submit}
        onCancel={onClose}
      >
        <TextInput
          label="Path in the workspace"
          description="Folders are made by naming them: reports/2026/plan.md"
          value={path}
          onChange={(event) => {
            setPath(event.currentTarget.value);
            action.forget();
          }}
          onFocus={({ currentTarget }) => {
            // Selects the name without its extension, which is what people change most often.
            const name = fileName(currentTarget.value);
            const start = currentTarget.value.length - name.length;
            const dot = name.lastIndexOf('.');
            currentTarget.setSelectionRange(start, start + (dot > 0 ? dot : name.length));
          }}
          error={problem ?? action.problem}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--sb-font-mono)' } }}
        />
      </DialogForm>
    </Dialog>
  );
}
