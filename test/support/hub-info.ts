import { CHANNEL_VERSION } from '../../src/protocol/version.ts';

/** What a hub says of itself to a page that connects, where there is no hub. */
export const hubInfo = {
  protocolVersion: CHANNEL_VERSION,
  productVersion: '0.1.0',
  launchId: 'l1',
  logId: 'log1',
  startedAt: 0,
  url: 'http://127.0.0.1:1',
  onlyLocal: true,
  dataDir: '',
  node: '',
  sampleAgents: false,
  localPaths: false,
};
