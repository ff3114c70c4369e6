import { reasonOf, Unreadable } from '../../work/job-work.ts';
import type { ExtractContext } from './context.ts';
import { plainObject } from './plain-values.ts';

/** An image of more pixels is measured but not decoded: a few bytes can claim any number of them. */
const MAX_DECODED_PIXELS = 100_000_000;

/** Size, format and EXIF of an image. Its pixels are decoded once, small, to see that they are all there. */
export async function imageFacts(context: ExtractContext): Promise<Record<string, unknown>> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  // What is called a photograph may be a drawing, and drawings are never rendered.
  sharp.block({ operation: ['VipsForeignLoadSvg'] });
  const input = { limitInputPixels: false, failOn: 'none', sequentialRead: true } as const;
  const found = await sharp(context.file, input)
    .metadata()
    .catch((error: unknown) => {
      throw new Unreadable(`The image cannot be read: ${reasonOf(error)}`);
    });
  const { width, height, format, space, channels, depth, density, hasAlpha, orientation, pages } = found;
  context.log(`${format} image, ${width} × ${height} pixels`);
  const pixels = width * height;
  if (pixels * (pages ?? 1) > MAX_DECODED_PIXELS)
    context.warn('The image has too many pixels to check that all are there.');
  else {
    await sharp(context.file, { ...input, limitInputPixels: MAX_DECODED_PIXELS, failOn: 'truncated' })
      .resize(16, 16, { fit: 'fill' })
      .raw()
      .toBuffer()
      .catch((error: unknown) => context.warn(`The image is damaged: ${reasonOf(error)}`));
  }
  const facts = {
    width,
    height,
    format,
    color_space: space,
    channels,
    bit_depth: depth,
    density,
    has_alpha: hasAlpha,
    orientation,
    pages,
  };
  return { ...plainObject(facts), ...(await exifOf(context)) };
}

/** Camera, lens, time, place and the like, as EXIF names them. */
async function exifOf(context: ExtractContext): Promise<{ readonly exif?: Record<string, unknown> }> {
  try {
    const { default: exifr } = await import('exifr');
    const found: unknown = await exifr.parse(context.file, {
      tiff: true,
      exif: true,
      gps: true,
      ihdr: false, // of PNG: its dimensions, which are no EXIF
      makerNote: false,
      userComment: false,
    });
    if (typeof found !== 'object' || found === null) return {};
    const exif = plainObject(found);
    if (Object.keys(exif).length === 0) return {};
    context.log(`EXIF with ${Object.keys(exif).length} entries`);
    return { exif };
  } catch (error) {
    // A format that has no EXIF is refused like one that is broken; only the latter is worth a word.
    if (!/unknown file format/iu.test(reasonOf(error)))
      context.warn(`The EXIF data cannot be read: ${reasonOf(error)}`);
    return {};
  }
}
