import { Button, Group } from '@mantine/core';
import { Download, ExternalLink, FileQuestion, FileX } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useDashboard } from '../../dashboard-context.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { fileName, fileUrl } from './file-url.ts';
import styles from './preview.module.css';
import { previewKind } from './preview-kind.ts';
import { TextPreview } from './text-preview.tsx';

/** The version of a file that is shown. */
export interface PreviewedFile {
  readonly workspace: string;
  readonly path: string;
  readonly version: number;
  readonly sizeBytes: number;
  readonly mime: string;
}

/** A file's content, as far as a browser can show it. Audio and video stream by ranges. */
export function Preview({ file }: { file: PreviewedFile }): ReactNode {
  const url = fileUrl(file.workspace, file.path, file.version);
  const name = fileName(file.path);
  const kind = previewKind(file.mime, file.sizeBytes);
  switch (kind) {
    case 'empty':
      return <EmptyState icon={<FileX size={22} />} title="This version is empty" />;
    case 'text':
      return <TextPreview url={url} name={name} sizeBytes={file.sizeBytes} />;
    case 'image':
      return <ImagePreview key={url} url={url} name={name} />;
    case 'pdf':
      return <PdfPreview url={url} name={name} />;
    case 'audio':
      return (
        <div className={styles.audio}>
          {/* What people upload has no captions track to offer. */}
          {/* eslint-disable-next-line jsx-a11y/media-has-caption */}
          <audio key={url} controls preload="metadata" src={url} aria-label={name} />
        </div>
      );
    case 'video':
      return (
        <div className={styles.stage}>
          {/* eslint-disable-next-line jsx-a11y/media-has-caption */}
          <video key={url} controls preload="metadata" src={url} aria-label={name} />
        </div>
      );
    case 'none':
      return (
        <Offer url={url} name={name} title="No preview">
          Browsers cannot show {file.mime || 'this kind of file'}.
        </Offer>
      );
    default:
      return kind satisfies never;
  }
}

function ImagePreview({ url, name }: { url: string; name: string }): ReactNode {
  const [isFull, setFull] = useState(false);
  const [isBroken, setBroken] = useState(false);
  if (isBroken) {
    return (
      <Offer url={url} name={name} title="This picture cannot be shown">
        Its content is damaged, or not what its type says.
      </Offer>
    );
  }
  return (
    <div className={styles.stage} data-full={isFull || undefined}>
      <button
        type="button"
        className={styles.image}
        aria-label={isFull ? 'Fit the picture to the pane' : 'Show the picture in its own size'}
        aria-pressed={isFull}
        onClick={() => setFull(!isFull)}
      >
        <img src={url} alt={name} onError={() => setBroken(true)} />
      </button>
    </div>
  );
}

/** Uses the browser's PDF viewer in place if it has one; else offers a download. */
function PdfPreview({ url, name }: { url: string; name: string }): ReactNode {
  if (!navigator.pdfViewerEnabled) {
    return (
      <Offer url={url} name={name} title="This browser has no viewer for PDF">
        Download it, and open it in a program of yours.
      </Offer>
    );
  }
  return (
    // Browsers do not start their PDF viewer in a sandbox. It isolates the document itself, and with nosniff
    // the hub's answer is nothing but a PDF.
    // eslint-disable-next-line react/iframe-missing-sandbox
    <iframe key={url} className={styles.pdf} src={url} title={name} />
  );
}

function Offer({
  url,
  name,
  title,
  children,
}: {
  url: string;
  name: string;
  title: string;
  children: ReactNode;
}): ReactNode {
  // The desktop app has no tabs, and the person's browser cannot open its addresses.
  const hasTabs = useDashboard().desktop === undefined;
  return (
    <EmptyState
      icon={<FileQuestion size={22} />}
      title={title}
      action={
        <Group gap={6}>
          {hasTabs && (
            <Button component="a" href={url} target="_blank" rel="noreferrer" leftSection={<ExternalLink size={13} />}>
              Open in a tab
            </Button>
          )}
          <Button component="a" href={url} download={name} leftSection={<Download size={13} />}>
            Download
          </Button>
        </Group>
      }
    >
      {children}
    </EmptyState>
  );
}
