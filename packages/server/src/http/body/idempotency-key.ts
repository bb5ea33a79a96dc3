import { Problem } from '@chimney/core/schema/problem'
import type { PathNames } from '../routes/path-names.ts'

/** Visible ASCII, as header values are. */
const KEY = /^[\x21-\x7e]{1,200}$/

/** The client's key, scoped to the route and the path, so that keys of different things never meet. */
export function idempotencyKey(request: Request, routeId: string, names: PathNames): string | undefined {
  const key = request.headers.get('idempotency-key')
  if (key === null) return undefined
  if (!KEY.test(key))
    throw new Problem(
      'invalid',
      'invalid-idempotency-key',
      'Idempotency-Key must be 1 to 200 visible ASCII characters; a random UUID is a good one',
    )
  return [routeId, names.entity, names.project, names.sweep, key].map(encodeURIComponent).join('/')
}
