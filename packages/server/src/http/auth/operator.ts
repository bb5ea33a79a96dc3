import { Problem } from '@chimney/core/schema/problem'
import type { AppEnv } from '../app-env.ts'

/**
 * Agent functions and entities belong to the deployment: only admins of the first key's entity operate them. Without a first key
 * there is no operator. Returns the operator's entity.
 */
export function requireOperator({
  options,
  caller,
}: Pick<AppEnv['Variables'], 'options' | 'caller'>): string {
  const owner = options.masterKey?.entity
  if (owner !== undefined && owner === caller?.entity) return owner
  throw new Problem(
    'forbidden',
    'not-the-operator',
    'agent functions and entities belong to the deployment; operate them with an admin key of the entity of its first key',
  )
}
