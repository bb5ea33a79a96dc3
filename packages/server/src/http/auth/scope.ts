import { allows, type KeyScope } from '@chimney/core/schema/key-scope'
import { Problem } from '@chimney/core/schema/problem'
import type { Caller } from './authenticator.ts'

/** Throws unless the key has the scope. `what` is the subject of the message. */
export function requireScope(caller: Pick<Caller, 'scope'>, needs: KeyScope, what: string): void {
  if (allows(caller.scope, needs)) return
  throw new Problem(
    'forbidden',
    'scope-too-small',
    `${what} needs a key with the scope ${needs}; this key has ${caller.scope}. An admin creates one with: chimney keys create NAME --scope ${needs}`,
  )
}
