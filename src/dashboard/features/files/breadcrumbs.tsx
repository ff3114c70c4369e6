import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { crumbsOf } from './file-url.ts';
import styles from './files.module.css';

export interface BreadcrumbsProps {
  readonly top: string;
  /** `''` is the top. */
  readonly folder: string;
  /** A file in the folder that is open. */
  readonly leaf?: string;
  readonly onGo: (folder: string) => void;
}

/** The path of the open folder; each level is a link. */
export function Breadcrumbs({ top, folder, leaf, onGo }: BreadcrumbsProps): ReactNode {
  const levels = [{ name: top, folder: '' }, ...crumbsOf(folder)];
  return (
    <nav aria-label="Folder" className={styles.crumbs}>
      <ol>
        {levels.map((level, index) => {
          const isHere = leaf === undefined && index === levels.length - 1;
          return (
            <li key={level.folder}>
              {index > 0 && <ChevronRight size={12} aria-hidden />}
              <button
                type="button"
                aria-current={isHere ? 'page' : undefined}
                onClick={() => onGo(level.folder)}
                title={level.name}
              >
                {level.name}
              </button>
            </li>
          );
        })}
        {leaf !== undefined && (
          <li>
            <ChevronRight size={12} aria-hidden />
            <span aria-current="page" className={styles.crumbLeaf} title={leaf}>
              {leaf}
            </span>
          </li>
        )}
      </ol>
    </nav>
  );
}
