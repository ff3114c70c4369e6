import { Modal, type ModalProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useEscape } from './use-escape.ts';

/** A dialog over the page, or over another one. Esc closes the topmost, unless `closeOnEscape` is false. */
export function Dialog({ closeOnEscape = true, ...props }: ModalProps): ReactNode {
  useEscape(props.opened, closeOnEscape ? props.onClose : undefined);
  return <Modal {...props} closeOnEscape={false} />;
}
