import { allows, type KeyScope } from '@chimney/core/schema/key-scope'
import { Problem } from '@chimney/core/schema/problem'
import type { Caller } from './authenticator.ts'

/** Throws unless the caller's key may do what needs this scope. `what` completes "… needs". */
export function requireScope(caller: Pick<Caller, 'scope'>, needs: KeyScope, what: string): void {
  if (allows(caller.scope, needs)) return
  throw new Problem(
    'forbidden',
    'scope-too-small',
    `${what} needs a key with the scope ${needs}; this key has ${caller.scope}. An admin makes one: chimney keys create NAME --scope ${needs}`,
  )
}
