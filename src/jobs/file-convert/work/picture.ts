import { readFile } from 'node:fs/promises';
import sharp, { type FormatEnum, type Sharp } from 'sharp';
import { JobFailed, reasonOf, Unreadable } from '../../work/job-work.ts';
import type { Converted, ConvertContext } from './work.ts';

/** A picture of more pixels is not decoded: a few bytes can claim any number. */
const MAX_PIXELS = 100_000_000;
const ANIMATED = new Set(['gif', 'webp']);

/** A picture in another format: upright, cropped, turned, resized, without what it says of camera and place. */
export async function convertPicture(context: ConvertContext): Promise<Converted> {
  const { from, to, input, target } = context;
  const isAnimated = ANIMATED.has(from) && ANIMATED.has(to);
  const options = {
    limitInputPixels: MAX_PIXELS,
    failOn: 'error',
    animated: isAnimated,
    sequentialRead: true,
  } as const;
  // A drawing is read as bytes, not by its path: what it refers to beside itself is not looked for then.
  const source = from === 'svg' ? await readFile(context.file.location) : context.file.location;
  const { width, height, pages = 1, autoOrient } = await sharp(source, options).metadata().catch(unreadable);
  if (width * height > MAX_PIXELS) throw tooManyPixels(width, height);
  if (ANIMATED.has(from) && !isAnimated && pages > 1) context.warn(`Of its ${pages} frames only the first is kept.`);
  context.report(0.2, `Decoding ${width} × ${height} px`);
  let picture: Sharp = sharp(source, options).autoOrient();
  const degrees = Number(input.rotate ?? 0);
  if (degrees !== 0) picture = picture.rotate(degrees);
  if (input.crop !== undefined) picture = picture.extract(turnedCrop(input.crop, autoOrient, degrees));
  if (input.width !== undefined || input.height !== undefined) {
    picture = picture.resize({ width: input.width, height: input.height, fit: 'inside' });
  }
  const quality = to === 'png' || to === 'gif' || input.quality === undefined ? {} : { quality: input.quality };
  if (to === 'jpeg') picture = picture.flatten({ background: '#ffffff' }); // it has no transparency
  const made = await picture
    .toFormat(to satisfies string as keyof FormatEnum, quality)
    .toFile(target)
    .catch(unreadable);
  return { facts: { width: made.width, height: made.pageHeight ?? made.height } };
}

interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A crop of the upright picture, as it lies in that picture when it was turned: sharp turns first. */
function turnedCrop(crop: string, { width, height }: PictureSize, degrees: number) {
  const [left = 0, top = 0, cropWidth = 0, cropHeight = 0] = crop.split(',').map(Number);
  if (cropWidth === 0 || cropHeight === 0 || left + cropWidth > width || top + cropHeight > height) {
    throw new JobFailed('invalid_argument', `The crop reaches out of the picture, which is ${width} × ${height} px.`);
  }
  const right = width - left - cropWidth;
  const bottom = height - top - cropHeight;
  switch (degrees) {
    case 90:
      return { left: bottom, top: left, width: cropHeight, height: cropWidth };
    case 180:
      return { left: right, top: bottom, width: cropWidth, height: cropHeight };
    case 270:
      return { left: top, top: right, width: cropHeight, height: cropWidth };
    default:
      return { left, top, width: cropWidth, height: cropHeight };
  }
}

function unreadable(error: unknown): never {
  const reason = reasonOf(error);
  if (/pixel limit/iu.test(reason)) throw tooManyPixels();
  throw new Unreadable(`The picture cannot be read: ${reason}`);
}

function tooManyPixels(width?: number, height?: number): JobFailed {
  const size = width === undefined || height === undefined ? 'The picture' : `The picture of ${width} × ${height} px`;
  return new JobFailed('too_large', `${size} has more than the ${MAX_PIXELS / 1e6} million pixels that are decoded.`);
}
