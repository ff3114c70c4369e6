import { seeded } from '../seeded.ts';

/** Texts that readers, parsers, file systems and models have stumbled over. */
const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  '\r\n',
  '\u2028',
  '\u0085',
  '\uFEFF',
  '\uD800',
  '\u202Eevil',
  'e\u0301',
  '\u{1F469}\u200D\u{1F692}',
  '..',
  '../../etc/passwd',
  '/',
  'a//b',
  'CON',
  '%00',
  '%2e%2e%2f',
  '*',
  '**/*',
  '[',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'true',
  '-1',
  '1e999',
  'NaN',
  '9007199254740993',
  '"',
  "'; drop table events; --",
  '<script>alert(1)</script>',
  '${x}',
  'signalbox://workspaces/',
  'file:///etc/passwd',
  'plan.md',
  'notes/a.txt',
  'default',
  'sbx_x',
];

const ODD_NUMBERS = [
  0,
  -0,
  1,
  -1,
  2,
  0.5,
  7,
  100,
  1_000,
  1_001,
  65_536,
  2 ** 31,
  -(2 ** 31),
  2 ** 53,
  1e21,
  1e308,
  -1e308,
];

/** Choices that are the same for the same seed. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** True with this probability. */
  chance(share: number): boolean {
    return this.#random() < share;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  number(): number {
    return this.chance(0.7) ? this.pick(ODD_NUMBERS) : this.below(10_000) - 100;
  }

  text(): string {
    if (this.chance(0.55)) return this.pick(ODD_TEXTS);
    if (this.chance(0.05)) return this.pick(ODD_TEXTS).repeat(this.pick([100, 300, 5_000]));
    let text = '';
    for (let length = this.below(12); length > 0; length--) text += String.fromCodePoint(this.#codePoint());
    return text;
  }

  /** A value as JSON may have it. */
  value(depth = 3): unknown {
    switch (this.below(depth > 0 ? 8 : 5)) {
      case 0:
        return null;
      case 1:
        return this.chance(0.5);
      case 2:
        return this.number();
      case 3:
      case 4:
        return this.text();
      case 5:
        return Array.from({ length: this.below(4) }, () => this.value(depth - 1));
      default:
        return Object.fromEntries(Array.from({ length: this.below(4) }, () => [this.text(), this.value(depth - 1)]));
    }
  }

  /** Some bytes changed, cut, doubled, put in or taken out. */
  spoil(bytes: Buffer): Buffer {
    let spoilt: Buffer = Buffer.from(bytes);
    for (let times = 1 + this.below(4); times > 0; times--) spoilt = this.#spoilOnce(spoilt);
    return spoilt;
  }

  #spoilOnce(bytes: Buffer): Buffer {
    const at = this.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + 1 + this.below(16));
    switch (this.below(6)) {
      case 0: {
        const changed = Buffer.from(bytes);
        if (at < changed.length) changed[at] = this.below(256);
        return changed;
      }
      case 1:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
      case 2:
        return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
      case 3:
        return Buffer.concat([bytes.subarray(0, at), Buffer.from(this.text()), bytes.subarray(at)]);
      case 4:
        return bytes.subarray(0, at);
      default:
        return Buffer.concat([bytes.subarray(0, at), Buffer.from([this.below(256)]), bytes.subarray(at)]);
    }
  }

  #codePoint(): number {
    if (this.chance(0.6)) return 32 + this.below(95);
    if (this.chance(0.5)) return this.below(0x300);
    return this.below(0xd800);
  }
}
