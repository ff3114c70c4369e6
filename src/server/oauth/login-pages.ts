import type { WaitingLogin } from '../../protocol/agent-login.ts';
import type { Role } from '../../protocol/roles.ts';
import { markup, wholePage, type Html } from './html.ts';

const ROLES: Readonly<Record<Role, string>> = {
  viewer: 'viewer: reads',
  editor: 'editor: reads and writes',
  owner: 'owner: also decides who else may',
};

/** The page for a browser in which nobody is logged in: the person decides at the desk. */
export function waitPage(login: WaitingLogin): string {
  const body = markup`<h1>${quoted(login.client)} wants to log in to Signalbox</h1>
    <p>Allow it at the desk, where the same code stands beside it:</p>
    ${codeOf(login)} ${factsOf(login)}
    <p class="dim">
      This page waits, for five minutes, and then goes back to the client. If you did not start a login, close it.
    </p>`;
  return wholePage('Allow this login at the desk', body, 'when decided');
}

/** What the form has in it, as it was sent or as it begins. */
export interface DecideForm {
  readonly formToken: string;
  readonly name: string;
  readonly role: Role;
  readonly workspace: string;
  readonly workspaces: readonly { readonly id: string; readonly name: string }[];
  /** Why what was sent could not be. */
  readonly problem?: string | undefined;
}

/** The page for the person, who is logged in in this browser. */
export function decidePage(login: WaitingLogin, form: DecideForm): string {
  const roles = Object.entries(ROLES).map(([role, words]) => option(role, words, form.role));
  const workspaces = form.workspaces.map(({ id, name }) => option(id, name, form.workspace));
  const trouble = form.problem === undefined ? markup`` : markup`<p class="bad" role="alert">${form.problem}</p>`;
  const body = markup`<h1>${quoted(login.client)} wants to log in to Signalbox</h1>
    <p>Allow it only if you started this yourself. The desk shows the same code beside it:</p>
    ${codeOf(login)} ${factsOf(login)} ${trouble}
    <form method="post" autocomplete="off">
      <input type="hidden" name="form_token" value="${form.formToken}" />
      <label for="name">Name of its key</label
      ><input id="name" name="name" value="${form.name}" maxlength="64" required /> <label for="role">Role</label
      ><select id="role" name="role">
        ${roles}
      </select>
      <label for="workspace">Workspace</label
      ><select id="workspace" name="workspace">
        ${workspaces}
      </select>
      <div class="row">
        <button class="go" name="decision" value="allow">Allow</button
        ><button name="decision" value="deny" formnovalidate>Deny</button>
      </div>
    </form>`;
  return wholePage('Allow this login?', body, 'when decided');
}

/** The page that leads back to the client. */
export function backPage(client: string, isAllowed: boolean, to: string): string {
  const body = markup`<h1>${isAllowed ? markup`${quoted(client)} is allowed in` : markup`${quoted(client)} was denied`}</h1>
    <p>You are sent back to it. If nothing happens: <a href="${to}" rel="noreferrer">go back to the client</a>.</p>`;
  return wholePage(isAllowed ? 'Allowed' : 'Denied', body, { to });
}

/** The page that says why there is nothing to decide. */
export function refusedPage(title: string, why: string): string {
  return wholePage(
    title,
    markup`<h1>${title}</h1>
      <p>${why}</p>`,
  );
}

function codeOf({ code }: WaitingLogin): Html {
  return markup`<p class="code" aria-label="Code">${code}</p>`;
}

function factsOf({ client, returnsTo, returnKind, address }: WaitingLogin): Html {
  const where = { loopback: 'a program on this machine', web: 'a website', app: 'an app on this machine' }[returnKind];
  return markup`<dl>
    <dt>Calls itself</dt>
    <dd>${client} <span class="dim">(its own word, which nobody has checked)</span></dd>
    <dt>Answer goes to</dt>
    <dd>${where}: <span class="mono">${returnsTo}</span></dd>
    <dt>Asked from</dt>
    <dd class="mono">${address}</dd>
  </dl>`;
}

function option(value: string, words: string, chosen: string): Html {
  return value === chosen
    ? markup`<option value="${value}" selected>${words}</option>`
    : markup`<option value="${value}">${words}</option>`;
}

function quoted(client: string): string {
  return `“${client}”`;
}
