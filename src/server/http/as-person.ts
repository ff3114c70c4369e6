/** A request with the person's token, for hosts whose own window is the only one that can send it. */
export function asPerson(request: Request, adminToken: string): Request {
  const headers = new Headers(request.headers);
  headers.set('Authorization', `Bearer ${adminToken}`);
  return new Request(request, { headers });
}
