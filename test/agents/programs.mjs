import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The agents: how each is set up by its user, and how it is started for one turn. Each declares its model to take
 * pictures, where it asks.
 *
 * @typedef {{ home: string, work: string, url: string, key: string, model: string, prompt: string, isAllowed?: boolean }} Place
 *   `url` is the hub's, `model` the scripted model's; no `key` where `signalbox setup` sets the agent up; `isAllowed`
 *   where that has said that the tools may be used unasked, so that nothing else must
 * @typedef {object} Program
 * @property {string} name  as people call it
 * @property {string} package  on npm
 * @property {string} bin
 * @property {string} client  as `signalbox setup` calls it
 * @property {string} [postinstall]  script of its package that puts its binary in place
 * @property {(place: Place) => Record<string, string>} env
 * @property {(place: Place) => void} [setup]  writes its configuration
 * @property {(place: Place) => string[][]} [connect]  what its user types to add the hub
 * @property {readonly import('./login.mjs').Login[]} [login]  what its user does to log in, once the hub is added; none
 *   where adding it does that; left out where it cannot log in
 * @property {readonly string[][]} [look]  what its user types to see whether the hub is connected
 * @property {(place: Place) => string[]} run
 * @property {number} [refusals]  how often it gives its model one refusal, by itself; once when left out
 */

const put = (file, value) => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value, null, 2));
};
const header = ({ key }) => `Authorization: Bearer ${key}`;
/** The words of a command that send the key; none where there is no key. */
const withHeader = (place) => (place.key === '' ? [] : ['--header', header(place)]);

/** @type {readonly Program[]} */
export const programs = [
  {
    name: 'Claude Code',
    package: '@anthropic-ai/claude-code',
    bin: 'claude',
    client: 'claude-code',
    postinstall: 'install.cjs',
    env: ({ model }) => ({
      ANTHROPIC_BASE_URL: `${model}/claude`,
      ANTHROPIC_API_KEY: 'sk-ant-api03-none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    }),
    connect: (place) => [['mcp', 'add', '--transport', 'http', 'signalbox', place.url, ...withHeader(place)]],
    login: [{ args: ['mcp', 'login', 'signalbox'] }],
    look: [
      ['mcp', 'list'],
      ['mcp', 'get', 'signalbox'],
    ],
    run: ({ prompt }) => [
      '-p',
      prompt,
      '--output-format',
      'stream-json',
      '--verbose',
      '--allowedTools',
      'mcp__signalbox',
    ],
  },
  {
    name: 'Codex',
    package: '@openai/codex',
    bin: 'codex',
    client: 'codex',
    env: ({ key }) => ({ LOOPBACK_API_KEY: 'none', SIGNALBOX_KEY: key }),
    setup: ({ home, model }) =>
      put(
        path.join(home, '.codex/config.toml'),
        // Of itself it begins its first turn without a server that is not there within a second.
        `model = "gpt-5.2-codex"
model_provider = "loopback"
mcp_optional_startup_grace_ms = 10000
[analytics]
enabled = false
[model_providers.loopback]
name = "loopback"
base_url = "${model}/codex/v1"
wire_api = "responses"
env_key = "LOOPBACK_API_KEY"
`,
      ),
    connect: ({ url, key }) => [
      ['mcp', 'add', 'signalbox', '--url', url, ...(key === '' ? [] : ['--bearer-token-env-var', 'SIGNALBOX_KEY'])],
    ],
    login: [],
    look: [['mcp', 'list']],
    run: ({ prompt, isAllowed }) => [
      'exec',
      '--skip-git-repo-check',
      '--json',
      ...(isAllowed ? [] : ['--dangerously-bypass-approvals-and-sandbox']),
      prompt,
    ],
  },
  {
    name: 'Gemini CLI',
    package: '@google/gemini-cli',
    bin: 'gemini',
    client: 'gemini-cli',
    env: ({ model }) => ({
      GEMINI_API_KEY: 'none',
      GOOGLE_GEMINI_BASE_URL: `${model}/gemini`,
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
      NO_BROWSER: '1',
    }),
    setup: ({ home }) =>
      put(path.join(home, '.gemini/settings.json'), {
        security: { auth: { selectedType: 'gemini-api-key' } },
        privacy: { usageStatisticsEnabled: false },
        general: { disableAutoUpdate: true, enableAutoUpdate: false },
      }),
    connect: (place) => [
      ['mcp', 'add', '--scope', 'user', '--transport', 'http', ...withHeader(place), 'signalbox', place.url],
    ],
    login: [
      {
        args: [],
        types: { after: /Type your message/u, text: '/mcp auth signalbox' },
        until: /Successfully authenticated and reloaded/u,
      },
    ],
    look: [
      ['mcp', 'list'],
      ['--debug', '-p', 'hello'],
    ],
    run: ({ prompt, isAllowed }) => ['-p', prompt, '--output-format', 'stream-json', ...(isAllowed ? [] : ['--yolo'])],
  },
  {
    name: 'OpenCode',
    package: 'opencode-ai',
    bin: 'opencode',
    client: 'opencode',
    postinstall: 'postinstall.mjs',
    env: () => ({
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    }),
    setup: (place) =>
      put(path.join(place.home, '.config/opencode/opencode.json'), {
        $schema: 'https://opencode.ai/config.json',
        autoupdate: false,
        share: 'disabled',
        model: 'loopback/scripted',
        small_model: 'loopback/scripted',
        provider: {
          loopback: {
            npm: '@ai-sdk/openai-compatible',
            name: 'Loopback',
            options: { baseURL: `${place.model}/opencode/v1`, apiKey: 'none' },
            models: {
              scripted: {
                name: 'Scripted',
                tool_call: true,
                attachment: true,
                modalities: { input: ['text', 'image'], output: ['text'] },
                limit: { context: 200_000, output: 8_000 },
              },
            },
          },
        },
        mcp: {
          signalbox: {
            type: 'remote',
            url: place.url,
            ...(place.key === '' ? {} : { headers: { Authorization: `Bearer ${place.key}` } }),
            enabled: true,
          },
        },
      }),
    login: [{ args: ['mcp', 'auth', 'signalbox'] }],
    look: [['mcp', 'list']],
    run: ({ prompt }) => ['run', '--format', 'json', prompt],
  },
  {
    name: 'Qwen Code',
    package: '@qwen-code/qwen-code',
    bin: 'qwen',
    client: 'qwen-code',
    refusals: 2,
    // A model whose name says that it takes pictures.
    env: ({ model }) => ({
      OPENAI_API_KEY: 'none',
      OPENAI_BASE_URL: `${model}/qwen/v1`,
      OPENAI_MODEL: 'qwen3-vl-plus',
    }),
    setup: ({ home }) =>
      put(path.join(home, '.qwen/settings.json'), {
        security: { auth: { selectedType: 'openai' } },
        privacy: { usageStatisticsEnabled: false },
        general: { disableAutoUpdate: true, enableAutoUpdate: false },
      }),
    connect: (place) => [
      ['mcp', 'add', '--scope', 'user', '--transport', 'http', ...withHeader(place), 'signalbox', place.url],
    ],
    look: [
      ['mcp', 'list'],
      ['--debug', '-p', 'hello', '--auth-type', 'openai'],
    ],
    run: ({ prompt, isAllowed }) => [
      '-p',
      prompt,
      '--auth-type',
      'openai',
      '--output-format',
      'stream-json',
      ...(isAllowed ? [] : ['--yolo']),
    ],
  },
  {
    name: 'Cline',
    package: 'cline',
    bin: 'cline',
    client: 'cline-cli',
    env: () => ({ CLINE_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }),
    connect: (place) => [
      ['auth', '-p', 'openai-compatible', '-k', 'none', '-m', 'scripted', '-b', `${place.model}/cline/v1`],
      ['mcp', 'add', 'signalbox', place.url, '--transport', 'streamableHttp', ...withHeader(place), '--yes'],
    ],
    look: [['config', 'mcp']],
    run: ({ prompt }) => ['-P', 'openai-compatible', '-m', 'scripted', '--json', '--auto-approve', 'true', prompt],
  },
  {
    name: 'Continue',
    package: '@continuedev/cli',
    bin: 'cn',
    client: 'continue',
    env: () => ({ CONTINUE_TELEMETRY_ENABLED: '0', CONTINUE_METRICS_ENABLED: '0' }),
    setup: (place) =>
      put(
        path.join(place.home, '.continue/config.yaml'),
        `name: loopback
version: 0.0.1
schema: v1
models:
  - name: scripted
    provider: openai
    model: gpt-4o
    apiBase: ${place.model}/continue/v1
    apiKey: none
    roles: [chat]
    capabilities: [tool_use, image_input]
mcpServers:
  - name: signalbox
    type: streamable-http
    url: ${place.url}
${place.key === '' ? '' : `    requestOptions:\n      headers:\n        ${header(place)}\n`}`,
      ),
    run: ({ home, prompt }) => ['-p', '--config', path.join(home, '.continue/config.yaml'), '--auto', prompt],
  },
];
