import { Modal, type ModalProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useEscape } from './use-escape.ts';
import { useFocusBack } from './use-focus-back.ts';

/**
 * A dialog over the page, or over another one. Esc closes the topmost, unless `closeOnEscape` is false. The focus goes
 * back to where it was.
 */
export function Dialog({ closeOnEscape = true, children, ...props }: ModalProps): ReactNode {
  useEscape(props.opened, closeOnEscape ? props.onClose : undefined);
  return (
    <Modal {...props} closeOnEscape={false}>
      <FocusBack />
      {children}
    </Modal>
  );
}

/** Inside of the modal, whose content is there only while it is open. */
function FocusBack(): ReactNode {
  useFocusBack();
  return null;
}
