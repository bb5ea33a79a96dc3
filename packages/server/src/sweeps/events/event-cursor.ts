import { Problem } from '@chimney/core/schema/problem'
import type { UnixMs } from '../../clock.ts'
import { MAX_TRIAL_NUMBER } from '../trials/list-trials.ts'

/**
 * The position of a reader in the changes of a sweep. Text form: `<settled>.<ms>`, and `<settled>.<ms>.<after>.<startedAt>` in the
 * middle of a list that is too long for one answer.
 */
export interface EventCursor {
  /** Trials up to this number had ended when they were sent, and are not sent again. */
  readonly settled: number
  /** Later trials are sent when they changed after this time. */
  readonly since: UnixMs
  /** The list continues after this number; its first answer was made at `startedAt`. */
  readonly rest?: { readonly after: number; readonly startedAt: UnixMs }
}

export const FIRST_EVENT: EventCursor = { settled: 0, since: 0 }

export const formatEventCursor = ({ settled, since, rest }: EventCursor): string =>
  rest ? `${settled}.${since}.${rest.after}.${rest.startedAt}` : `${settled}.${since}`

/** Throws `Problem('invalid', 'bad-cursor')` for any other text. */
export function parseEventCursor(text: string): EventCursor {
  const match = /^(\d{1,7})\.(\d{1,15})(?:\.(\d{1,7})\.(\d{1,15}))?$/.exec(text)
  const [settled, since, after, startedAt] = (match ?? []).slice(1).map(Number)
  if (!match || settled! > MAX_TRIAL_NUMBER)
    throw new Problem(
      'invalid',
      'bad-cursor',
      'since is not an event cursor; omit it to start from the first event',
      {
        issues: [{ path: 'since', message: 'is not an event cursor' }],
      },
    )
  const cursor = { settled: settled!, since: since! }
  return match[3] === undefined ? cursor : { ...cursor, rest: { after: after!, startedAt: startedAt! } }
}
