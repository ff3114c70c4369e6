import { hubCalls } from '../../../src/protocol/api.ts';
import type { Dice } from './dice.ts';
import { httpRequest, keyHeader, type Input, type Scene } from './scene.ts';

/** Of the dashboard's calls, those that reach out of the hub or take the fuzz's own place away. */
const NOT_CALLED =
  /^(?:sampleAgents|local|import|keyRevoke|closeSession|takeFirstKey|workspaceDelete|member|verifyLog)/u;
const CALLS = Object.keys(hubCalls).filter((name) => !NOT_CALLED.test(name));
const TEXT = 1;

/** WebSocket frames to the dashboard's address: calls with odd arguments, odd frames, spoilt bytes. */
export function webSocketInput(dice: Dice, scene: Scene): Input {
  const upgrade = httpRequest(scene, 'GET', '/api/ws', {
    ...keyHeader(scene.adminToken),
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Key': 'c2lnbmFsYm94IGZ1enphIQ==',
    'Sec-WebSocket-Version': '13',
  });
  const frames = Buffer.concat(Array.from({ length: 1 + dice.below(4) }, () => frameOf(dice, scene)));
  return { bytes: upgrade, isWhole: false, follows: dice.chance(0.4) ? dice.spoil(frames) : frames };
}

function frameOf(dice: Dice, scene: Scene): Buffer {
  const opcode = dice.chance(0.8) ? TEXT : dice.below(16);
  const given = dice.chance(0.6)
    ? { workspace: scene.workspace, path: 'plan.md', limit: dice.number(), [dice.text()]: dice.value() }
    : dice.value();
  const call = { t: 'q', i: String(dice.below(9)), m: dice.chance(0.9) ? dice.pick(CALLS) : dice.text(), a: [given] };
  const payload = Buffer.from(JSON.stringify(dice.chance(0.85) ? call : dice.value()) ?? '');
  const mask = Buffer.from([dice.below(256), dice.below(256), dice.below(256), dice.below(256)]);
  const head = Buffer.from([
    (dice.chance(0.95) ? 0x80 : 0) | (dice.chance(0.03) ? 0x70 : 0) | opcode,
    0x80 | (payload.length < 126 ? payload.length : 126),
  ]);
  const length = Buffer.alloc(payload.length < 126 ? 0 : 2);
  if (length.length > 0) length.writeUInt16BE(Math.min(payload.length, 0xff_ff));
  return Buffer.concat([head, length, mask, payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}
