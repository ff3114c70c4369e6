import type { AuditFilter } from './audit-filter.ts';

type Params = Readonly<Record<string, string>>;

/** The filter in the screen's address; unreadable parts are left out. */
export function filterOf(params: Params): AuditFilter {
  const { by, involving, session, types, workspace } = params;
  const from = timeOf(params['from']);
  const to = timeOf(params['to']);
  return {
    types: types === undefined || types === '' ? [] : types.split(' '),
    ...(by === undefined ? {} : { by }),
    ...(involving === undefined ? {} : { involving }),
    ...(session === undefined ? {} : { sessionId: session }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** The inverse of {@link filterOf}. */
export function paramsOf(filter: AuditFilter): Params {
  const { by, involving, sessionId, types, workspace, from, to } = filter;
  return {
    ...(by === undefined ? {} : { by }),
    ...(involving === undefined ? {} : { involving }),
    ...(sessionId === undefined ? {} : { session: sessionId }),
    ...(types.length === 0 ? {} : { types: types.join(' ') }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(from === undefined ? {} : { from: String(from) }),
    ...(to === undefined ? {} : { to: String(to) }),
  };
}

function timeOf(text: string | undefined): number | undefined {
  const at = Number(text);
  return text === undefined || text === '' || !Number.isFinite(at) ? undefined : at;
}
