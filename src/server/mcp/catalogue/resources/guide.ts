import { limitNames, limitTable, limitWords, type Limits } from '../../../../hub/limits.ts';
import type { Prompt } from '@modelcontextprotocol/server';
import { jobKinds } from '../../../../jobs/kinds.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { MOST_ID_CHARACTERS } from '../../rpc/message-limits.ts';
import { MOST_ANSWER_BYTES, USUAL_ANSWER_BYTES } from '../views/page-room.ts';
import { nounOf } from '../../../../protocol/noun.ts';
import { notifiedEventTypes } from '../../../../protocol/notified-events.ts';

/** What the guide says of the catalogue, from the catalogue. */
export interface GuideContents {
  readonly tools: readonly Pick<ToolDefinition, 'name' | 'title' | 'role'>[];
  readonly prompts: readonly Pick<Prompt, 'name' | 'description'>[];
}

/** The guide for agents, as Markdown. `base` is where the hub is reached. */
export function guide(base: string, { tools, prompts }: GuideContents, limits: Limits): string {
  return `# Working with Signalbox

Signalbox is a hub where several agents and one person share workspaces. A workspace has files with
versions, locks, jobs and an event log. The person watches all of it live and may step in.

## Begin

1. \`whoami\`: your agent and key, your role in each workspace, the hub's \`seq\` and \`log_id\`.
2. \`workspace_get\`: what is live in a workspace (members, sessions, locks, unfinished jobs, uploads: how many, and the
   first of each; usage) with the \`seq\` that it contains.
3. Do your work. When you have nothing else to do, call \`event_wait\` with \`for_me: true\` (_Watch_, below).

Do 2 again after every reconnect. Your key says what you may do, and your agent, a name under it, who does it:
locks and queue places are the agent's, and outlive the connection. Several agents may share a key; they queue for each
other's locks. Name yours by the header \`X-Signalbox-Agent\`, or \`agent=\` behind the address; else it is named after your
client, and counted. After a restart you may be another agent: \`lock_list\` has the \`lock_token\` of each lock of your key. If \`log_id\` is not the one you knew, forget every \`seq\` you kept.

Roles: **viewer** reads · **editor** also writes files, uploads, takes locks and runs jobs · **owner** also renames and
deletes the workspace, purges files and says who has which role in it. A viewer's tool list has no writing tools. Never reach for a workspace that
whoami does not name: to you it is not there (\`not_found\`), the person sees the attempt, and a subscription to it ends
your connection.

## Tools

${toolLines(tools)}

## Conventions

- \`workspace\` is an id (\`wsp_…\`) or a name; leave it out where you have exactly one.
- Paths are relative to the workspace: \`reports/plan.md\`. No leading slash, no \`..\`, no backslash. New paths and names
  have no characters that nobody sees, and no blank at an end; \`details.instead\` is one that is allowed.
- Arguments and results are snake_case with the unit in the name: \`ttl_s\`, \`wait_ms\`, \`size_bytes\`. Times (\`…_at\`, \`since\`)
  are ISO 8601 in UTC. Events are so too; only in notifications they come as they stand in the log, camelCase, times in ms since the epoch.
- Lists take \`limit\`, \`max_bytes\` and \`cursor\`; while there is a \`next_cursor\`, there is more. An answer has ${USUAL_ANSWER_BYTES / 1024} KiB unless you
  ask for more with \`max_bytes\`, and ${MOST_ANSWER_BYTES / 1024} KiB at most.
- Lists and events have large results of jobs cut short, and name those fields in \`cut\`; \`job_wait\` and \`job_get\` have them whole.
- Unknown arguments are refused, with the name that was probably meant. \`null\` counts as left out, and so does
  \`""\` where an empty text means nothing.
- Ids of requests and progress tokens have at most ${MOST_ID_CHARACTERS} characters; as numbers they are at most 2^53 - 1.
- A result is text (and a picture where it is one). Programs get it as \`structuredContent\` after the tool's output schema too.
- A result ends with what is new for you since your last call, at most five lines, each once: \`news\` in the structure.

## Watch

\`event_wait\` with \`for_me: true\` answers when something concerns you, of all your workspaces: files that the person changed, a
lock that you lost or that others wait for, your place in a queue, your jobs, what you may do. Each comes once, as a sentence that
says what to do. See to it, then call it again. What happens while you work comes with the result of whatever you call next.

All that happens in one workspace: \`event_wait\` with \`after_seq\`, in a loop, each time with the \`last_seq\` of the call before. To catch up,
\`event_list\` with \`after_seq\`. Nothing is missed and nothing comes twice: \`seq\` numbers all events of the hub, so within
one workspace there are gaps, which mean nothing. Where the person has old events removed, \`removed_up_to\` says so to who asks for
events from before: look with \`workspace_get\` how things are, and go on from its \`seq\`.

Programs subscribe to \`signalbox://workspaces/{id}/events\`. Each event comes as \`notifications/resources/updated\` with the
event itself in \`_meta["dev.signalbox/event"]\`: no second request is needed. Narrower: subscribe to
\`signalbox://workspaces/{id}\`, \`…/locks\`, \`…/jobs\`, or to one file, \`…/files/{path}\`.

You are notified of your workspaces: ${nouns()} events. Logins of other agents, tool calls and refused access are in the
audit log, which the person and owners (\`audit_list\`) read. Progress of jobs is not an event; get it from \`job_wait\`.

\`actor\` says who did it (\`agent\` with key, name and session, \`human\`, \`hub\`), \`cause\` what led to it (the seq of an earlier event, or a
message on the wire).

## Write safely

1. \`file_read\` (or \`file_stat\`): keep \`version\`.
2. Alone on a file: \`file_write\` with \`if_version\`. \`conflict\` means that somebody was quicker: read again, merge, write again.
   \`if_version: 0\` means: only if there is no such file.
3. For longer work: \`lock_acquire {path, ttl_s, wait_ms, reason}\`, then read **after** the lock is yours, write with
   \`lock_token\` and \`fence\`, \`lock_renew\` well before \`expires_at\`, \`lock_release\` at once when done.

Every write makes a version, and \`file_delete\` moves to the bin: nothing is lost until an owner purges it with \`file_purge\`.
\`file_versions\` and \`file_restore\` bring back what was.

Large content: \`upload_create\` gives \`upload_url\`. Send the bytes there by tus 1.0 (PATCH with \`Tus-Resumable: 1.0.0\`,
\`Upload-Offset\`, \`Content-Type: application/offset+octet-stream\`, and your bearer key); after a break HEAD gives the
offset. Reading large content: \`GET ${base}/files/{workspace}/{path}\` with your bearer key; ranges work.

## Locks

Exclusive, on a path (a file need not be there), or with a slash at its end on a folder and all below it, with a TTL of 5 to 3600 s. With \`wait_ms\` you queue, first come first
served; the call answers when it is your turn. \`fence\` grows with each grant: a write with an older one fails, so an agent
that slept through its TTL cannot harm the next. A lock outlives your connection until its TTL; \`lock_list\` gives you
the tokens of your own locks again. \`deadlock\` means that waiting would close a circle: release what you hold and start
over. The person can release any lock by force. A lock also guards the paths that look the same (other dashes, full width).

## Jobs

Long work answers at once with \`job_id\`. \`job_wait\` waits for the end (or \`timeout_ms\`; then call it again), \`job_get\` looks once,
\`job_cancel\` and \`job_retry\` do what they say. Jobs survive a restart of the hub. What can be done with a file:

${jobLines()}

Calls that wait (those with \`wait_ms\` or \`timeout_ms\`) last at most 55 s, unless your request carries a \`progressToken\`: then
up to an hour, with progress every 10 s at least.

## Limits

At the same time there may be, at most:

${limitLines(limits)}

One more is refused with \`limit_reached\`, which says what to do.

## Errors

A refusal is \`isError\` with \`{code, message, retry_after_ms?, details?}\`. The message says what to do next. Branch on \`code\`:

| code | what it asks of you |
| --- | --- |
| \`invalid_argument\`, \`invalid_path\` | correct the arguments that \`details\` names |
| \`not_found\` | check the name; the message offers similar ones. What you have no role for is not there either |
| \`forbidden\` | your role does not allow it, or your key was not given the tool; do not try again, tell the person |
| \`conflict\` | it changed under you, or is in a state that forbids this: look again, then decide |
| \`name_taken\` | choose another name or path; for a file, or set \`overwrite\` |
| \`locked\`, \`lock_timeout\` | queue with \`wait_ms\`, or do other work first; \`retry_after_ms\` is the time to the holder's expiry |
| \`lock_not_held\`, \`fence_stale\` | you lost the lock: acquire it again and read before you write |
| \`deadlock\` | release your locks, then start over |
| \`quota_exceeded\`, \`too_large\` | purge files, or use an upload |
| \`checksum_mismatch\`, \`offset_mismatch\` | the bytes were not those announced: send again from the offset that \`upload_status\` gives |
| \`gone\` | it expired or was purged: begin anew |
| \`unsupported\` | no such pair of formats, or not on this machine; the message says what there is |
| \`address_refused\` | nothing is fetched from there; upload the file instead |
| \`unreachable\` | a host did not answer, also after some tries; try again later with job_retry |
| \`unreadable_file\` | the content is not what it claims to be; the file itself is unharmed |
| \`timeout\`, \`cancelled\` | call again if you still need it |
| \`limit_reached\` | you have as many of it as you may: \`details\` names the limit; end some of yours first |
| \`rate_limited\`, \`slow_reader\` | you ask faster than you may, or than you read: wait for \`retry_after_ms\`, read your answers, go on slower |
| \`key_expired\`, \`key_revoked\`, \`unauthorized\` | you need a new key from the person |
| \`key_suspended\` | you reached for three workspaces that you were never granted within a minute: stop, and tell the person, who can lift that |
| \`storage_failed\` | the hub's disk refuses writes; nothing of your call was done. Reading goes on; try again after \`retry_after_ms\` |
| \`internal\` | a bug in the hub; tell the person |

## Prompts

Step-by-step instructions, filled with the state of the workspace at the moment you ask:

${prompts.map(({ name, description = '' }) => `- \`${name}\`: ${description}`).join('\n')}
`;
}

function jobLines(): string {
  return jobKinds.map(({ name, summary }) => `- \`${name}\` ${summary}.`).join('\n');
}

function nouns(): string {
  const all = [...new Set(notifiedEventTypes.map(nounOf))];
  return `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}

/** A line for each limit but those of the whole hub, which are the person's to know. */
function limitLines(limits: Limits): string {
  return limitNames
    .filter((name) => limitTable[name].scope !== 'hub')
    .map((name) => `- ${limitWords(name, limits[name])}`)
    .join('\n');
}

/** A line for each tool, in the order of the catalogue. */
function toolLines(tools: GuideContents['tools']): string {
  return tools
    .map(({ name, title, role }) => `- \`${name}\`: ${title}${role === 'viewer' ? '' : ` (${role})`}`)
    .join('\n');
}
