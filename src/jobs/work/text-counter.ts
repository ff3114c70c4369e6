/** What a text comes to. A line ends with LF, CRLF or a CR alone; the last one need not end. */
export interface TextCounts {
  readonly lines: number;
  /** Runs of what is not white space, as `wc -w` has it. */
  readonly words: number;
  /** Unicode code points. */
  readonly characters: number;
  readonly lineEnding: 'lf' | 'crlf' | 'cr' | 'mixed' | 'none';
  readonly isAscii: boolean;
}

/** Counts UTF-8 that passes in pieces, cut anywhere; what is malformed in it is counted, never refused. */
export class TextCounter {
  #lf = 0;
  #crlf = 0;
  #cr = 0;
  #words = 0;
  #characters = 0;
  #inWord = false;
  #wasCr = false;
  #endsInLine = true;
  #isAscii = true;
  /** Of a character of several bytes: those to come, and what those before say. */
  #toCome = 0;
  #codePoint = 0;

  add(bytes: Uint8Array): void {
    // Fields are slow in a loop over gigabytes: it works on locals.
    let [inWord, wasCr, toCome, codePoint] = [this.#inWord, this.#wasCr, this.#toCome, this.#codePoint];
    let [lf, crlf, words, characters, cr] = [0, 0, 0, 0, 0];
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte < 0x80) {
        characters += 1;
        if (byte > 0x20) {
          if (!inWord) words += 1;
          inWord = true;
          wasCr = false;
        } else {
          if (byte === 0x0a) {
            if (wasCr) {
              crlf += 1;
              cr -= 1;
            } else lf += 1;
          } else if (byte === 0x0d) cr += 1;
          wasCr = byte === 0x0d;
          inWord = inWord && !isBlank(byte);
        }
      } else if (byte < 0xc0) {
        codePoint = (codePoint << 6) | (byte & 0x3f);
        toCome -= 1;
        if (toCome !== 0) continue;
        if (isBlank(codePoint)) inWord = false;
        else {
          if (!inWord) words += 1;
          inWord = true;
        }
      } else {
        characters += 1;
        wasCr = false;
        toCome = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
        codePoint = byte & (0x3f >> toCome);
        this.#isAscii = false;
      }
    }
    this.#lf += lf;
    this.#crlf += crlf;
    this.#cr += cr;
    this.#words += words;
    this.#characters += characters;
    [this.#inWord, this.#wasCr, this.#toCome, this.#codePoint] = [inWord, wasCr, toCome, codePoint];
    const last = bytes.at(-1);
    if (last !== undefined) this.#endsInLine = last === 0x0a || last === 0x0d;
  }

  counts(): TextCounts {
    const found = { lf: this.#lf, crlf: this.#crlf, cr: this.#cr };
    const kinds = (['lf', 'crlf', 'cr'] as const).filter((kind) => found[kind] > 0);
    const [only] = kinds;
    return {
      lines: this.#lf + this.#crlf + this.#cr + (this.#endsInLine ? 0 : 1),
      words: this.#words,
      characters: this.#characters,
      lineEnding: kinds.length > 1 ? 'mixed' : (only ?? 'none'),
      isAscii: this.#isAscii,
    };
  }
}

/** Unicode's White_Space. */
function isBlank(codePoint: number): boolean {
  if (codePoint <= 0x20) return codePoint === 0x20 || (codePoint >= 0x09 && codePoint <= 0x0d);
  if (codePoint < 0x1680) return codePoint === 0x85 || codePoint === 0xa0;
  if (codePoint >= 0x2000 && codePoint <= 0x200a) return true;
  return [0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(codePoint);
}
