import type { AuditFilter } from './audit-filter.ts';

type FilterParams = Readonly<Record<string, string>>;

/** In the address: all workspaces, whatever the other screens are narrowed to. */
const ALL = 'all';

/**
 * The filter in the screen's address; unreadable parts are left out.
 *
 * @param scope the workspace that the screens are narrowed to: taken where the address names none
 */
export function filterOf(params: FilterParams, scope: string | undefined): AuditFilter {
  const { by, involving, session, types } = params;
  const workspace = params['workspace'] === ALL ? undefined : (params['workspace'] ?? scope);
  const from = timeOf(params['from']);
  const to = timeOf(params['to']);
  return {
    types: types === undefined || types === '' ? [] : types.split(' '),
    ...(by === undefined ? {} : { by }),
    ...(involving === undefined ? {} : { involving }),
    ...(session === undefined ? {} : { sessionId: session }),
    // What belongs to no workspace, as sessions and keys do, concerns them all.
    ...(workspace === undefined ? {} : { workspace, orNone: true }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** The inverse of {@link filterOf}: empty where nothing but the scope is left out. */
export function paramsOf(filter: AuditFilter, scope: string | undefined): FilterParams {
  const { by, involving, sessionId, types, workspace, from, to } = filter;
  return {
    ...(by === undefined ? {} : { by }),
    ...(involving === undefined ? {} : { involving }),
    ...(sessionId === undefined ? {} : { session: sessionId }),
    ...(types.length === 0 ? {} : { types: types.join(' ') }),
    ...(workspace === scope ? {} : { workspace: workspace ?? ALL }),
    ...(from === undefined ? {} : { from: String(from) }),
    ...(to === undefined ? {} : { to: String(to) }),
  };
}

function timeOf(text: string | undefined): number | undefined {
  const at = Number(text);
  return text === undefined || text === '' || !Number.isFinite(at) ? undefined : at;
}
