import { Problem } from '@chimney/core/schema/problem'
import type { UnixMs } from '../../clock.ts'
import { MAX_TRIAL_NUMBER } from '../trials/list-trials.ts'

/**
 * Where a reader of a sweep's changes is. Written `<settled>.<ms>`, and `<settled>.<ms>.<after>.<startedAt>` in the
 * middle of a list that is too long for one answer.
 */
export interface EventCursor {
  /** Every trial up to this number had ended when it was told, and is not told again. */
  readonly settled: number
  /** Trials beyond are told when they changed after this moment. */
  readonly since: UnixMs
  /** The list goes on after this number; it was begun at `startedAt`. */
  readonly rest?: { readonly after: number; readonly startedAt: UnixMs }
}

export const FIRST_EVENT: EventCursor = { settled: 0, since: 0 }

export const formatEventCursor = ({ settled, since, rest }: EventCursor): string =>
  rest ? `${settled}.${since}.${rest.after}.${rest.startedAt}` : `${settled}.${since}`

/** Throws `Problem('invalid', 'bad-cursor')` for what was never given. */
export function parseEventCursor(text: string): EventCursor {
  const match = /^(\d{1,7})\.(\d{1,15})(?:\.(\d{1,7})\.(\d{1,15}))?$/.exec(text)
  const [settled, since, after, startedAt] = (match ?? []).slice(1).map(Number)
  if (!match || settled! > MAX_TRIAL_NUMBER)
    throw new Problem(
      'invalid',
      'bad-cursor',
      'since is not a cursor of events; leave it out to begin anew',
      {
        issues: [{ path: 'since', message: 'is not a cursor of events' }],
      },
    )
  const begin = { settled: settled!, since: since! }
  return match[3] === undefined ? begin : { ...begin, rest: { after: after!, startedAt: startedAt! } }
}
