import { Problem } from '@chimney/core/schema/problem'
import type { UnixMs } from '../../clock.ts'
import { MAX_TRIAL_NUMBER } from '../trials/list-trials.ts'

/**
 * The position of a reader in the changes of a sweep. Text form: `<settled>.<ms>`; then `.<after>.<startedAt>` in the middle of a list
 * that is too long for one answer, `+<amended>`, `~<head>`, and `-<distance>` for each open trial (base 36, from the previous one).
 */
export interface EventCursor {
  /** Trials up to this number were sent with their end, except {@link open}, and are not sent again. */
  readonly settled: number
  /** Later trials are sent when they changed after this time. */
  readonly since: UnixMs
  /** Up to `settled`, ascending: not ended when they were read, or not stored yet. */
  readonly open?: readonly number[]
  /** Fingerprint of the head that was read, when every trial up to its last number was read. */
  readonly head?: string
  /** Amendments of the head that was read; trials that were sent before are sent again after another one. */
  readonly amended?: number
  /** The list continues after this number; its first answer was made at `startedAt`. */
  readonly rest?: { readonly after: number; readonly startedAt: UnixMs }
}

export const FIRST_EVENT: EventCursor = { settled: 0, since: 0 }

export const formatEventCursor = ({ settled, since, open = [], head, amended, rest }: EventCursor): string =>
  [
    `${settled}.${since}`,
    ...(rest ? [`.${rest.after}.${rest.startedAt}`] : []),
    ...(amended === undefined ? [] : [`+${amended}`]),
    ...(head === undefined ? [] : [`~${head}`]),
    ...open.map((number, i) => `-${(number - (open[i - 1] ?? 0)).toString(36)}`),
  ].join('')

const PARTS =
  /^(\d{1,7})\.(\d{1,15})(?:\.(\d{1,7})\.(\d{1,15}))?(?:\+(\d{1,9}))?(?:~([0-9a-f]{8}))?((?:-[0-9a-z]{1,5}){0,1000})$/

/** Throws `Problem('invalid', 'bad-cursor')` for any other text. */
export function parseEventCursor(text: string): EventCursor {
  const [, settled, since, after, startedAt, amended, head, list = ''] = PARTS.exec(text) ?? []
  const open: number[] = []
  for (const distance of list.split('-').slice(1))
    open.push((open.at(-1) ?? 0) + Number.parseInt(distance, 36))
  const inOrder = open.every((number, i) => number > (open[i - 1] ?? 0) && number <= Number(settled))
  if (settled === undefined || Number(settled) > MAX_TRIAL_NUMBER || !inOrder) throw badCursor()
  return {
    settled: Number(settled),
    since: Number(since),
    ...(open.length > 0 && { open }),
    ...(amended !== undefined && { amended: Number(amended) }),
    ...(head !== undefined && { head }),
    ...(after !== undefined && { rest: { after: Number(after), startedAt: Number(startedAt) } }),
  }
}

const badCursor = (): Problem =>
  new Problem(
    'invalid',
    'bad-cursor',
    'since is not an event cursor; omit it to start from the first event',
    { issues: [{ path: 'since', message: 'is not an event cursor' }] },
  )
