import { crc32, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import tar from 'tar-stream';

/** A JPEG of 640 × 480 noise, with a camera and a position in its EXIF. */
export function jpegWithExif(): Promise<Buffer> {
  return sharp({
    create: {
      width: 640,
      height: 480,
      channels: 3,
      background: '#456',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .jpeg()
    .withExif({
      IFD0: { Make: 'Signal', Model: 'Box 1', Artist: 'Zoe' },
      IFD2: { DateTimeOriginal: '2026:01:05 09:00:00', ISOSpeedRatings: '200' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '13/1 24/1 0/1' },
    })
    .toBuffer();
}

export function png(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 4, background: '#00000080' } })
    .png()
    .toBuffer();
}

/** A PDF of so many empty pages, written out by the specification (ISO 32000-1, 7.5). */
export function pdf(pages: number, title: string, author: string): Buffer {
  const text = (value: string) => `<feff${Buffer.from(value, 'utf16le').swap16().toString('hex')}>`;
  const kids = Array.from({ length: pages }, (_, n) => `${n + 4} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`,
    `<< /Title ${text(title)} /Author ${text(author)} /Producer (by hand) >>`,
    ...Array.from({ length: pages }, () => '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>'),
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, n) => {
    const at = body.length;
    body += `${n + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 3 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(`${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${trailer}`, 'latin1');
}

export interface ZipEntry {
  readonly name: string;
  readonly content?: string;
  /** What the directory says that it unpacks to, true or not. */
  readonly claims?: number;
}

/** A ZIP archive of stored entries, written out by the format's application note. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content = '', claims } of entries) {
    const [path, data] = [Buffer.from(name), Buffer.from(content)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed
    common.writeUInt16LE(0x0800, 2); // names are UTF-8
    common.writeUInt16LE(claims === undefined ? 0 : 8, 4); // stored, or said to be deflated
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(claims ?? data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    const entry = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, path, data]);
    local.push(entry);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), common, rest, path]));
    at += entry.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, listing, end]);
}

export async function tarball(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const pack = tar.pack();
  pack.entry({ name: 'dir/', type: 'directory' });
  for (const [name, content] of Object.entries(files)) pack.entry({ name }, content);
  pack.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of pack) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

export async function tarGz(files: Readonly<Record<string, string>>): Promise<Buffer> {
  return gzipSync(await tarball(files));
}
