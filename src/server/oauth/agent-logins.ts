import type { Logger } from '../../hub/logger.ts';
import type { LoginBoard } from '../logins/login-board.ts';
import { LoginSigner } from '../logins/login-signer.ts';
import { WaitingLogins } from '../logins/waiting-logins.ts';
import { AgentLogin, type AgentLoginDeps } from './agent-login.ts';

/** The logins of agents: what waits for the person, and the endpoints for clients and their browsers. */
export interface AgentLogins {
  readonly logins: WaitingLogins;
  readonly endpoints: AgentLogin;
}

/**
 * Opens them when the first client asks: no start needs their code, nor their secret.
 *
 * @throws HubError `data_dir_unwritable` where the data directory keeps no secret
 */
export function openAgentLogins({
  board,
  logger,
  ...deps
}: Pick<AgentLoginDeps, 'hub' | 'person' | 'refused'> & {
  readonly board: LoginBoard;
  readonly logger: Logger;
}): AgentLogins {
  const signer = new LoginSigner(deps.hub.dataDir, logger);
  const logins = new WaitingLogins(deps.hub, board);
  return { logins, endpoints: new AgentLogin({ ...deps, logins, signer }) };
}
