import type { HubAnswers } from '../../../protocol/api.ts';
import type { frameCalls as calls } from '../../../protocol/calls/frames.ts';
import type { CallDeps } from '../deps.ts';

/** Frames of a page, where nobody says how many. */
const PAGE = 200;

/** Recorded frames. */
export function frameCalls({ recorder }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    framesPage: ({ limit = PAGE, ...query }) => recorder.page({ ...query, limit }),
    frameGet: ({ frameId }) => recorder.get(frameId),
    frameBody: ({ frameId, of = 'body', offset }) => recorder.part({ frameId, of, offset }),
  };
}
