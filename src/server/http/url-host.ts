/** The host as it stands in an address: an IPv6 address in brackets, "all interfaces" as this machine. */
export function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
