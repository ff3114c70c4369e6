/** Pixels of a side, and bytes, of a picture that a model is given; more is refused by the model's API. */
export const MOST_IMAGE_PIXELS = 8_000;
export const MOST_IMAGE_BYTES = 3_750_000; // 5 MB in base64

interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** A reader for each format that models take: the size of a whole picture of that format, else undefined. */
const readers: Readonly<Record<string, (bytes: Buffer) => ImageSize | undefined>> = {
  'image/png': pngSize,
  'image/jpeg': jpegSize,
  'image/gif': gifSize,
  'image/webp': webpSize,
};

/** Whether models take pictures of this type. */
export function isModelImage(mime: string): boolean {
  return Object.hasOwn(readers, mime);
}

/**
 * Why a picture cannot be given to a model, in words; undefined when it can. A picture that is not what it claims to be
 * makes the model's API refuse the whole conversation from then on. Its structure is read from the first byte to the
 * last, without decoding pixels.
 */
export function imageProblem(bytes: Buffer, mime: string): string | undefined {
  let size: ImageSize | undefined;
  try {
    size = readers[mime]?.(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // it ends in the middle
  }
  if (!size || size.width === 0 || size.height === 0)
    return `it claims to be ${mime}, but is no whole picture of that kind`;
  const { width, height } = size;
  if (Math.max(width, height) <= MOST_IMAGE_PIXELS) return undefined;
  return `it has ${width} × ${height} pixels, and a model takes ${MOST_IMAGE_PIXELS} a side`;
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** PNG (ISO/IEC 15948): IHDR first, each chunk with its checksum, IDAT, IEND last. */
function pngSize(bytes: Buffer): ImageSize | undefined {
  if (!bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return undefined;
  let size: ImageSize | undefined;
  let hasData = false;
  for (let at = 8; ;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const end = at + 8 + length;
    if (crc32Of(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) return undefined;
    if ((at === 8) !== (type === 'IHDR')) return undefined;
    if (type === 'IHDR') size = { width: bytes.readUInt32BE(at + 8), height: bytes.readUInt32BE(at + 12) };
    if (type === 'IDAT' && length > 0) hasData = true;
    if (type === 'IEND') return hasData ? size : undefined;
    at = end + 4;
  }
}

/** JPEG (ITU T.81): segments up to the scan, of which one is a frame with the size; the scans end with EOI. */
function jpegSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  let size: ImageSize | undefined;
  let at = 2;
  for (;;) {
    if (bytes.readUInt8(at) !== 0xff) return undefined;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1; // a fill byte
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) return undefined;
    if (marker === 0xdb && !areQuantizers(bytes.subarray(at + 4, at + 2 + length))) return undefined;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + length;
    if (marker !== 0xda) continue;
    // Entropy-coded data has no 0xffd9 in it; after it only padding may follow, or a maker's own data.
    return bytes.indexOf(END_OF_JPEG, at) > at ? size : undefined;
  }
}

/** Tables of 64 divisors, of one or two bytes each; none is 0. */
function areQuantizers(tables: Buffer): boolean {
  for (let at = 0; at < tables.length;) {
    const step = tables.readUInt8(at) >> 4 === 0 ? 1 : 2;
    for (let n = 0; n < 64; n += 1) if (tables.readUIntBE(at + 1 + n * step, step) === 0) return false;
    at += 1 + 64 * step;
  }
  return true;
}

const END_OF_JPEG = Buffer.from([0xff, 0xd9]);

/** GIF (89a): screen, colour table, blocks with at least one image, trailer. */
function gifSize(bytes: Buffer): ImageSize | undefined {
  if (!/^GIF8[79]a$/u.test(bytes.toString('latin1', 0, 6))) return undefined;
  const size = { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  let hasImage = false;
  let at = 13 + colourTable(bytes.readUInt8(10));
  for (;;) {
    switch (bytes.readUInt8(at)) {
      case 0x21: // an extension
        at = afterBlocks(bytes, at + 2);
        break;
      case 0x2c: // an image: its place, its colours, the width of its codes, its data
        at = afterBlocks(bytes, at + 10 + colourTable(bytes.readUInt8(at + 9)) + 1);
        hasImage = true;
        break;
      case 0x3b:
        return hasImage ? size : undefined;
      default:
        return undefined;
    }
  }
}

function colourTable(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

function afterBlocks(bytes: Buffer, from: number): number {
  let at = from;
  for (let length = bytes.readUInt8(at); length > 0; length = bytes.readUInt8(at)) at += 1 + length;
  return at + 1;
}

/** WebP (RFC 9649): a RIFF container as long as it says, with whole chunks, one of them a picture. */
function webpSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP') return undefined;
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) return undefined;
  let size: ImageSize | undefined;
  let hasPicture = false;
  for (let at = 12; at + 8 <= end;) {
    const type = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const data = at + 8;
    if (data + length > end) return undefined;
    if (type === 'VP8X') size = { width: 1 + bytes.readUIntLE(data + 4, 3), height: 1 + bytes.readUIntLE(data + 7, 3) };
    if (type === 'VP8 ') {
      if (bytes.readUIntBE(data + 3, 3) !== 0x9d012a) return undefined;
      size ??= { width: bytes.readUInt16LE(data + 6) & 0x3fff, height: bytes.readUInt16LE(data + 8) & 0x3fff };
    }
    if (type === 'VP8L') {
      if (bytes.readUInt8(data) !== 0x2f) return undefined;
      const bits = bytes.readUInt32LE(data + 1);
      size ??= { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    if (type === 'VP8 ' || type === 'VP8L' || type === 'ANMF') hasPicture = true;
    at = data + length + (length % 2);
  }
  return hasPicture ? size : undefined;
}

/** The module is loaded for the first picture: a start does not wait for it. */
function crc32Of(bytes: Buffer): number {
  return process.getBuiltinModule('node:zlib').crc32(bytes);
}
