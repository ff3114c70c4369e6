/** The smallest picture, a red pixel as PNG, and the smallest sound, a WAV without samples: both in base64. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
export const SOUND = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=';

export const text = (value: string) => ({ type: 'text', text: value }) as const;
export const image = { type: 'image', data: PIXEL, mimeType: 'image/png' } as const;
export const audio = { type: 'audio', data: SOUND, mimeType: 'audio/wav' } as const;
export const embedded = (uri: string, mimeType: string, value: string) =>
  ({ type: 'resource', resource: { uri, mimeType, text: value } }) as const;
