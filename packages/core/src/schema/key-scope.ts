/**
 * What an API key may do, from little to all. Each may do what those before it may:
 *
 * - `read`: look at everything of its entity;
 * - `ingest`: what agents and training code do: take trials, report, finish, upload;
 * - `write`: make, change and delete sweeps and runs;
 * - `admin`: make, rotate and revoke keys, and operate the deployment.
 */
export const KEY_SCOPES = ['read', 'ingest', 'write', 'admin'] as const
export type KeyScope = (typeof KEY_SCOPES)[number]

/** Whether a key of scope `has` may do what needs `needs`. */
export const allows = (has: KeyScope, needs: KeyScope): boolean =>
  KEY_SCOPES.indexOf(has) >= KEY_SCOPES.indexOf(needs)
