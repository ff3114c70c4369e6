import type { Hub } from '../../hub/hub.ts';
import { sendJson } from '../http/http-errors.ts';
import { LOGIN_PAGES, loginAddresses, type LoginAddresses } from '../http/login-paths.ts';
import type { RefusedConnections } from '../http/refused-connections.ts';
import { clientAddress } from '../http/client-address.ts';
import { AddressRate } from '../logins/address-rate.ts';
import { ClientIds } from '../logins/client-ids.ts';
import type { LoginSigner } from '../logins/login-signer.ts';
import type { WaitingLogins } from '../logins/waiting-logins.ts';
import type { Exchange } from '../mcp/requests/edge.ts';
import type { PersonAuth } from '../desk/login/person.ts';
import { Authorize } from './authorize.ts';
import { resourceMetadata, serverMetadata } from './metadata.ts';
import { oauthProblem, oauthProblemOf, sendProblem, type OauthProblem } from './oauth-answers.ts';
import { isProblem, readForm, readLoginText } from './read-form.ts';
import { register } from './register.ts';
import { giveToken, revokeToken } from './tokens.ts';

export interface AgentLoginDeps {
  readonly hub: Hub;
  readonly logins: WaitingLogins;
  readonly signer: LoginSigner;
  readonly person: Pick<PersonAuth, 'shownBy'>;
  readonly refused: RefusedConnections;
}

/** Registrations and tokens that one address may ask for within a minute. */
const ASKS_PER_MINUTE = 120;

/** All that a client needs to log in: metadata, registration, the page in the browser, tokens, revocation. */
export class AgentLogin {
  readonly #deps: AgentLoginDeps;
  readonly #clientIds: ClientIds;
  readonly #authorize: Authorize;
  readonly #rate: AddressRate;

  constructor(deps: AgentLoginDeps) {
    this.#deps = deps;
    this.#clientIds = new ClientIds(deps.signer);
    this.#authorize = new Authorize({ ...deps, clientIds: this.#clientIds });
    this.#rate = new AddressRate(ASKS_PER_MINUTE, deps.hub.timers.elapsed);
  }

  /** Answers a request of which `isLoginPath` holds. */
  async handle(exchange: Exchange): Promise<void> {
    const { path, request } = exchange;
    const { method = '' } = request;
    const at = loginAddresses(exchange.address);
    if (!at) {
      const what = 'Beyond this machine a login needs TLS: reach the hub by https, or by 127.0.0.1.';
      return this.#refuse(exchange, { ...oauthProblem('invalid_request', what), status: 403 });
    }
    const takes = path === '/agent/authorize' ? ['GET'] : path.startsWith(LOGIN_PAGES) ? ['GET', 'POST'] : ['POST'];
    const isMetadata = path.startsWith('/.well-known/');
    if (!(isMetadata ? ['GET', 'HEAD'] : takes).includes(method)) {
      const allow = (isMetadata ? ['GET', 'HEAD'] : takes).join(', ');
      const wrong = { ...oauthProblem('invalid_request', `${path.slice(0, 50)} takes ${allow}.`), status: 405 };
      return this.#refuse(exchange, { ...wrong, headers: { Allow: allow } });
    }
    if (isMetadata) {
      const said = path.includes('protected-resource') ? resourceMetadata(at) : serverMetadata(at);
      return sendJson(exchange.response, 200, JSON.stringify(said));
    }
    if (path === '/agent/authorize') return this.#authorize.begin(exchange, at);
    if (path.startsWith(LOGIN_PAGES)) return this.#authorize.page(exchange);
    const tooMany = this.#rate.take(clientAddress(request));
    if (tooMany) return this.#refuse(exchange, oauthProblemOf(tooMany));
    return this.#post(exchange, at);
  }

  async #post(exchange: Exchange, at: LoginAddresses): Promise<void> {
    const { hub } = this.#deps;
    if (exchange.path === '/agent/register') {
      const text = await readLoginText(hub, exchange, 'application/json');
      const answer = typeof text === 'string' ? register(text, this.#clientIds, hub.now()) : text;
      return isProblem(answer) ? this.#refuse(exchange, answer) : this.#send(exchange, 201, answer);
    }
    const fields = await readForm(hub, exchange);
    if (isProblem(fields)) return this.#refuse(exchange, fields);
    const deps = { ...this.#deps, clientIds: this.#clientIds, codes: this.#deps.logins.codes };
    const cause = exchange.tap.id;
    if (exchange.path === '/agent/revoke') {
      const bad = await revokeToken(deps, fields, cause);
      return bad ? this.#refuse(exchange, bad) : this.#send(exchange, 200, {});
    }
    const issued = await giveToken(deps, fields, { at, cause });
    if (isProblem(issued)) return this.#refuse(exchange, issued);
    exchange.tap.owner = { actor: { key: issued.keyId } };
    this.#send(exchange, 200, issued.token);
  }

  #send({ response }: Exchange, status: number, body: object): void {
    sendJson(response, status, JSON.stringify(body), { Pragma: 'no-cache' });
  }

  #refuse(exchange: Exchange, found: OauthProblem): void {
    sendProblem(exchange, this.#deps.refused, found);
  }
}
