import { reasonOf, Unreadable } from '../job-work.ts';
import { boundedZip } from './bounded-zip.ts';

/** A Word document as HTML, without its pictures. Throws {@link Unreadable}. */
export async function docxHtml(location: string, warn: (line: string) => void): Promise<string> {
  (await boundedZip(location)).close();
  const { default: mammoth } = await import('mammoth');
  // Without a source a picture is left out by what reads the HTML.
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }));
  const { value, messages } = await mammoth
    .convertToHtml({ path: location }, { convertImage, externalFileAccess: false })
    .catch((error: unknown) => {
      throw new Unreadable(`The document cannot be read: ${reasonOf(error)}`);
    });
  for (const { type, message } of messages.slice(0, 5)) if (type === 'error') warn(message);
  return value;
}
