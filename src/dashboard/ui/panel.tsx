import { Fragment, type ReactNode, type Ref } from 'react';
import styles from './panel.module.css';
import { CoversAll, ScopeChip } from './scope-chip.tsx';

/** The bar at the top of a screen: its name (the page's h1), what filters it, what acts on it. */
export function Toolbar({
  title,
  count,
  isScoped = false,
  coversAll = false,
  hasWideFilters = false,
  children,
  actions,
}: {
  title: string;
  count?: ReactNode;
  /** Says which workspaces the screen covers. */
  isScoped?: boolean;
  /** Says that the screen covers all workspaces, whichever is chosen. */
  coversAll?: boolean;
  /** Beside an open inspector, what filters it has a line of its own. */
  hasWideFilters?: boolean;
  children?: ReactNode;
  actions?: ReactNode;
}): ReactNode {
  return (
    <header className={styles.toolbar} data-wide={hasWideFilters || undefined}>
      <h1 className={styles.title}>{title}</h1>
      {count !== undefined && (
        <span className={styles.count}>
          <span className={styles.countText}>{count}</span>
        </span>
      )}
      {isScoped && <ScopeChip />}
      {coversAll && <CoversAll />}
      <div className={styles.filters}>{children}</div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}

/** A headed part of a screen or of the inspector. */
export function Section({
  title,
  aside,
  children,
  flush = false,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}): ReactNode {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <h2>{title}</h2>
        {aside}
      </div>
      <div className={flush ? undefined : styles.sectionBody}>{children}</div>
    </section>
  );
}

/** Names and values in two columns. Rows whose value is undefined, null or false are left out. */
export function KeyValue({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }): ReactNode {
  return (
    <dl className={styles.pairs}>
      {rows.map(([name, value]) =>
        value === undefined || value === null || value === false ? null : (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ),
      )}
    </dl>
  );
}

/** A screen's frame: the toolbar stays, the body scrolls or fills. */
export function Screen({
  toolbar,
  children,
  scroll = false,
}: {
  toolbar: ReactNode;
  children: ReactNode;
  scroll?: boolean;
}): ReactNode {
  return (
    <div className={styles.screen}>
      {toolbar}
      {scroll ? <div className={styles.scroll}>{children}</div> : <Fill>{children}</Fill>}
    </div>
  );
}

/** The part of a screen that a list fills: `ref` measures it, for columns that fit. */
export function Fill({ ref, children }: { ref?: Ref<HTMLDivElement>; children: ReactNode }): ReactNode {
  return (
    <div ref={ref} className={styles.fill}>
      {children}
    </div>
  );
}

/** The head of the inspector: the thing and its actions, above its sections. */
export function InspectorHead({ children }: { children: ReactNode }): ReactNode {
  return <div className={styles.inspectorHead}>{children}</div>;
}
