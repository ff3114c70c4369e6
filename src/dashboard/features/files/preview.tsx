import { FileX } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { EmptyState } from '../../ui/states.tsx';
import { fileName, fileUrl } from './file-url.ts';
import styles from './preview.module.css';
import { Offer } from './offer.tsx';
import { PdfPreview } from './pdf-preview.tsx';
import { previewKind } from './preview-kind.ts';
import type { RenderedKind } from './rendered-model.ts';
import { RenderedPreview } from './rendered-preview.tsx';
import type { ShownPassage } from './shown-passage.ts';
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
export function Preview({
  file,
  passage,
  rendered,
}: {
  file: PreviewedFile;
  /** How its text is shown otherwise than line by line. */
  rendered?: RenderedKind | undefined;
  /** What is to be seen of it. */
  passage?: ShownPassage | undefined;
}): ReactNode {
  const url = fileUrl(file.workspace, file.path, file.version);
  const name = fileName(file.path);
  const kind = previewKind(file.mime, file.sizeBytes);
  switch (kind) {
    case 'empty':
      return <EmptyState icon={<FileX size={22} />} title="This version is empty" />;
    case 'text':
      return rendered === undefined ? (
        <TextPreview url={url} name={name} sizeBytes={file.sizeBytes} marked={passage?.lines} />
      ) : (
        <RenderedPreview key={url} kind={rendered} url={url} name={name} sizeBytes={file.sizeBytes} />
      );
    case 'image':
      return <ImagePreview key={url} url={url} name={name} />;
    case 'pdf':
      return <PdfPreview key={url} url={url} name={name} page={passage?.page} />;
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
