import { allows, type KeyScope } from '@chimney/core/schema/key-scope'
import { Problem } from '@chimney/core/schema/problem'
import type { Route } from '../route.ts'
import type { Caller } from './authenticator.ts'

/** What a route asks of a key: what it says, else `read` for reading and `write` for everything else. */
export const scopeOf = ({ scope, method }: Pick<Route, 'scope' | 'method'>): KeyScope =>
  scope ?? (method === 'GET' ? 'read' : 'write')

/** Throws unless the caller's key may do what needs this scope. `what` completes "… needs". */
export function requireScope(caller: Pick<Caller, 'scope'>, needs: KeyScope, what: string): void {
  if (allows(caller.scope, needs)) return
  throw new Problem(
    'forbidden',
    'scope-too-small',
    `${what} needs a key with the scope ${needs}; this key has ${caller.scope}. An admin makes one: chimney keys create NAME --scope ${needs}`,
  )
}
