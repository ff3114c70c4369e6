import type { HubAnswers } from '../../../protocol/api.ts';
import type { frameCalls as calls } from '../../../protocol/calls/frames.ts';
import type { CallDeps } from '../deps.ts';
import { frameFilter } from '../frame-filter.ts';

/** Frames of a page, where nobody says how many. */
const PAGE = 200;

/** Recorded frames. */
export function answerFrameCalls({ hub, recorder }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    framesPage: async ({ limit = PAGE, filter, ...query }) =>
      recorder.page({ ...query, filter: frameFilter(filter, hub), limit }),
    frameGet: ({ frameId }) => recorder.get(frameId),
    frameBody: ({ frameId, of = 'body', offset }) => recorder.part({ frameId, of, offset }),
  };
}
