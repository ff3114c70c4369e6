import {
  File,
  FileArchive,
  FileAudio,
  FileCode,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileType,
  FileVideo,
  Folder,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { fileSort, type FileSort } from './preview-kind.ts';
import styles from './files.module.css';

const icons: Readonly<Record<FileSort, LucideIcon>> = {
  text: FileText,
  code: FileCode,
  image: FileImage,
  pdf: FileType,
  audio: FileAudio,
  video: FileVideo,
  archive: FileArchive,
  sheet: FileSpreadsheet,
  document: FileText,
  binary: File,
};

/** An icon for the kind of file. Hidden from screen readers: the media type is in words elsewhere. */
export function FileIcon({ mime }: { mime: string }): ReactNode {
  const Icon = icons[fileSort(mime)];
  return <Icon size={14} strokeWidth={1.75} className={styles.icon} aria-hidden />;
}

export function FolderIcon(): ReactNode {
  return <Folder size={14} strokeWidth={1.75} className={styles.folderIcon} aria-hidden />;
}
