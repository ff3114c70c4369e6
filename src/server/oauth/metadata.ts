import type { LoginAddresses } from '../http/login-paths.ts';

/** What stands at `/.well-known/oauth-protected-resource/agent/mcp` (RFC 9728, section 2). */
export function resourceMetadata({ resource, issuer }: LoginAddresses): object {
  return {
    resource,
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
    resource_name: 'Signalbox',
  };
}

/** What stands at `/.well-known/oauth-authorization-server/agent` (RFC 8414, section 2). */
export function serverMetadata({ issuer }: LoginAddresses): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    revocation_endpoint: `${issuer}/revoke`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    authorization_response_iss_parameter_supported: true,
  };
}
