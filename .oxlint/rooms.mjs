/**
 * The product's folders, for the lint rules in walls.mjs: who may import whom (`ROOMS`), and the order within a folder
 * (`FLOORS`).
 */

/**
 * @typedef {object} Room
 * @property {string} name  what messages call it
 * @property {readonly string[]} from  folders (or files) that make up the room
 * @property {readonly string[]} rooms  folders or files it may import besides itself
 * @property {boolean} node  whether Node's own modules are open to it
 * @property {readonly RegExp[]} [only]  packages it may import; all others are closed
 * @property {readonly RegExp[]} [never]  packages closed to it; all others are open
 */

const INTERFACE_LIBRARIES = [
  /^react(-dom)?(\/|$)/,
  /^@mantine\//,
  /^@tanstack\//,
  /^lucide-react/,
  /^zustand/,
  /^tus-js-client$/,
  /^@fontsource/,
];
/** Reads PDF documents for previews, in a worker. */
const PDF_LIBRARY = /^unpdf\/pdfjs$/;

/** They take Markdown and tables apart, in a thread of the page. */
const TEXT_LIBRARIES = [/^marked$/, /^papaparse$/];
const HTTP_LIBRARIES = [
  /^hono(\/|$)/,
  /^@hono\//,
  /^ws$/,
  /^birpc$/,
  /^express$/,
  /^@tus\//,
  /^@modelcontextprotocol\//,
  /^node:(http|https|http2|net|tls)$/,
];

/** What jobs do, which runs in processes of its own: the `work` folders below src/jobs. @param {string} file */
export const isWork = (file) => /^src\/jobs\/(?:[^/]+\/)?work\//.test(file);
/** The only file outside of them that may import them. */
export const WORK_ENTRY = 'src/hub/jobs/worker.ts';

/** @type {Room} */
export const WORK = {
  name: 'the work of jobs',
  from: [],
  rooms: ['src/jobs', 'src/protocol', 'src/hub/files/text-sniff.ts'],
  node: true,
  never: [...INTERFACE_LIBRARIES, /^@modelcontextprotocol\//, /^commander$/, /^conf$/],
};

/** @type {readonly Room[]} */
export const ROOMS = [
  { name: 'protocol', from: ['src/protocol'], rooms: [], node: false, only: [/^zod(\/|$)/] },
  { name: 'jobs', from: ['src/jobs'], rooms: ['src/protocol'], node: false, only: [/^zod(\/|$)/] },
  {
    name: 'hub',
    from: ['src/hub'],
    rooms: ['src/jobs', 'src/protocol'],
    node: true,
    never: [...INTERFACE_LIBRARIES, ...HTTP_LIBRARIES, /^commander$/, /^conf$/],
  },
  {
    name: 'recorder',
    from: ['src/recorder'],
    rooms: ['src/protocol'],
    node: true,
    only: [],
  },
  {
    name: 'server',
    from: ['src/server'],
    rooms: ['src/hub', 'src/recorder', 'src/setup', 'src/jobs', 'src/protocol'],
    node: true,
    never: [...INTERFACE_LIBRARIES, /^commander$/],
  },
  {
    name: 'dashboard',
    from: ['src/dashboard'],
    rooms: ['src/jobs', 'src/protocol'],
    node: false,
    only: [...INTERFACE_LIBRARIES, PDF_LIBRARY, ...TEXT_LIBRARIES, /^birpc$/, /^zod(\/|$)/, /^\.\/.*\.css$/],
  },
  // Before cli, which it is a folder of: what starts Signalbox runs before any package is installed.
  { name: 'the launcher', from: ['src/cli/launch'], rooms: [], node: true, only: [] },
  {
    name: 'sandbox',
    from: ['src/sandbox'],
    rooms: ['src/protocol'],
    node: true,
    only: [/^@modelcontextprotocol\/(client|sdk)(\/|$)/, /^zod(\/|$)/],
  },
  {
    name: 'connect',
    from: ['src/connect'],
    rooms: [
      'src/protocol',
      'src/server/usual-data-dir.ts',
      'src/server/mcp/rpc/protocol-versions.ts',
      'src/server/mcp/requests/server-info.ts',
    ],
    node: true,
    only: [/^eventsource-parser$/, /^zod(\/|$)/],
  },
  {
    name: 'setup',
    from: ['src/setup'],
    rooms: ['src/protocol'],
    node: true,
    only: [/^jsonc-parser$/, /^yaml$/, /^smol-toml$/, /^@decimalturn\/toml-patch$/, /^diff$/, /^zod(\/|$)/],
  },
  {
    name: 'bundle',
    from: ['src/bundle'],
    rooms: ['src/protocol', 'src/cli/launch'],
    node: true,
    only: [/^@anthropic-ai\/mcpb$/],
  },
  {
    name: 'cli',
    from: ['src/cli'],
    rooms: ['src/connect', 'src/setup', 'src/server', 'src/sandbox', 'src/jobs', 'src/protocol'],
    node: true,
    never: INTERFACE_LIBRARIES,
  },
  {
    name: 'electron',
    from: ['electron'],
    rooms: [
      'src/server/start.ts',
      'src/server/hub-server.ts',
      'src/server/desk',
      'src/connect/run-connect.ts',
      'src/connect/process-streams.ts',
      'src/protocol',
    ],
    node: true,
    never: INTERFACE_LIBRARIES,
  },
];

/**
 * Rooms of a folder, lowest floor first: a file imports its own room and what stands on the floors
 * below. Rooms that share a floor do not know each other. A name with an ending is a file; files of
 * the folder itself that are not named stand on the lowest floor.
 *
 * @type {Readonly<Record<string, readonly (readonly string[])[]>>}
 */
export const FLOORS = {
  // Services (files, uploads, locks, jobs) stand on the hub, which knows none of them.
  'src/hub': [
    [],
    ['paths', 'disk'],
    ['rules'],
    ['log'],
    ['store'],
    ['data-dir'],
    ['hub.ts'],
    ['files', 'locks', 'access', 'audit'],
    ['uploads', 'jobs', 'links'],
    ['knowledge'],
  ],
  'src/server': [
    [],
    ['http', 'taps'],
    ['logins'],
    ['mcp', 'contents', 'desk'],
    ['oauth'],
    ['app.ts', 'edges.ts', 'routes.ts', 'idle-log.ts', 'usual-data-dir.ts'],
    ['identify.ts', 'hub-server.ts'],
    ['start.ts'],
    ['start-ahead.ts'],
  ],
  'src/server/desk': [
    [],
    ['login'],
    ['connect-routes.ts', 'channel'],
    ['feeds'],
    ['calls', 'desk-session.ts'],
    ['desk.ts', 'desk-routes.ts'],
  ],
  'src/server/mcp': [
    ['rpc', 'stream'],
    ['replay'],
    ['catalogue'],
    ['sessions'],
    ['requests'],
    ['wires'],
    ['endpoint.ts'],
    ['wires.ts'],
  ],
  'src/server/mcp/catalogue': [
    ['news'],
    ['call'],
    ['views', 'addresses'],
    ['reading'],
    ['define-tool'],
    ['tools', 'resources', 'prompts'],
    ['completion.ts'],
    ['catalogue.ts'],
    ['methods.ts'],
  ],
  'src/server/mcp/wires': [['sse', 'streamable', 'stateless']],
};

/**
 * The edges reach the domain through the hub and its services, never through the log or what the hub keeps of
 * it: the hub that decides may be in another process one day.
 */
export const EDGES = ['mcp', 'desk', 'contents', 'http', 'taps', 'logins', 'oauth'].map(
  (folder) => `src/server/${folder}`,
);
export const BEHIND_THE_HUB = ['src/hub/log', 'src/hub/store'];
/** Members of the hub that lead behind it. */
export const READERS = new Set(['reader']);
