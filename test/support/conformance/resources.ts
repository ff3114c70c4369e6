import type { Resource } from '@modelcontextprotocol/server';
import { PIXEL } from './content.ts';

const resource = (uri: string, description: string, mimeType: string): Resource => ({
  uri,
  name: uri.slice('test://'.length),
  description,
  mimeType,
});

export const resources: readonly Resource[] = [
  resource('test://static-text', 'A text that stays as it is.', 'text/plain'),
  resource('test://static-binary', 'A picture that stays as it is.', 'image/png'),
  resource('test://watched-resource', 'A text to subscribe to.', 'text/plain'),
];

export const template = {
  uriTemplate: 'test://template/{id}/data',
  name: 'template',
  description: 'Data of an id.',
  mimeType: 'application/json',
};

/** What is read at a URI of the suite; `undefined` for any other. */
export function read(uri: string): { mimeType: string; text: string } | { mimeType: string; blob: string } | undefined {
  const id = /^test:\/\/template\/(?<id>[^/]+)\/data$/u.exec(uri)?.groups?.['id'];
  if (id !== undefined) {
    return {
      mimeType: 'application/json',
      text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
    };
  }
  if (uri === 'test://static-text') {
    return { mimeType: 'text/plain', text: 'This is the content of the static text resource.' };
  }
  if (uri === 'test://static-binary') return { mimeType: 'image/png', blob: PIXEL };
  return uri === 'test://watched-resource' ? { mimeType: 'text/plain', text: 'Watched.' } : undefined;
}
