import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { isExpired } from '@chimney/core/sweep/attempt'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { changeLive } from '../../runs/live/change-live.ts'
import { requeuedLive } from '../../runs/live/run-transitions.ts'
import { shortenLease } from '../../runs/live/shorten-lease.ts'
import type { RunLive } from '../../store/runs.ts'
import type { Store } from '../../store/store.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { expireTrial } from '../outcomes/expire-trial.ts'
import { requeueTrial } from '../outcomes/requeue-trial.ts'
import { runKeyOf } from '../trials/create-trials.ts'

type FreeDeps = Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>

/** Trials that are read for one request; reconcile looks at the others within a minute. */
const MAX_OPEN = 500
const PAUSED_MS = 10_000
/** Entries of {@link Looks}, beyond which it starts over. */
const MAX_LOOKS = 2_000

/** When a sweep was looked at last, and when it pays to look again. Only saves reads: each process has its own. */
type Looks = Map<string, { readonly at: UnixMs; readonly next: UnixMs }>
const looksOf = new WeakMap<Store, Looks>()

/**
 * Requeues running trials of a sweep whose lease has ended, and those that the agent of this name held before it started again.
 * True when there were any. `agent`: undefined for agents whose names do not survive their process.
 */
export async function freeTrials(deps: FreeDeps, key: SweepKey, agent: string | undefined): Promise<boolean> {
  const now = deps.clock.now()
  const looks = looksOf.get(deps.store) ?? new Map()
  looksOf.set(deps.store, looks)
  const path = sweepPath(key)
  const names = agent === undefined ? [path] : [path, `${path}\n${agent}`]
  if (names.every((name) => !isDue(looks, name, now))) return false
  const sweep = await deps.store.getSweep(key)
  if (sweep?.head.state !== 'running') {
    looks.set(path, { at: now, next: now + PAUSED_MS })
    return false
  }
  const lives = await readRunning(deps, sweep)
  const leaseMs = deps.settings.leaseSeconds * 1000
  let freed = false
  for (const live of lives) {
    await shortenLease(deps, live)
    const lost = isExpired(live, now) && (await expireTrial(deps, sweep, live))
    const isOwn = agent !== undefined && live.agent === agent
    if (lost || (isOwn && (await recoverOwn(deps, sweep, live, now)))) freed = true
  }
  if (looks.size > MAX_LOOKS) looks.clear()
  // A lease that is taken or renewed from now on ends no earlier than a whole lease from now.
  const firstEnd = Math.min(now + leaseMs, ...lives.map((live) => Math.max(now, live.leaseUntil ?? now)))
  looks.set(path, { at: now, next: firstEnd })
  if (agent !== undefined) looks.set(`${path}\n${agent}`, { at: now, next: now + leaseMs / 2 })
  return freed
}

/** The clock may have been set back since the last look. */
const isDue = (looks: Looks, name: string, now: UnixMs): boolean => {
  const last = looks.get(name)
  return last === undefined || now >= last.next || now < last.at
}

async function readRunning(deps: FreeDeps, { record, head }: LoadedSweep): Promise<readonly RunLive[]> {
  const open = await deps.store.listTrials(record.key, { after: head.settled, limit: MAX_OPEN })
  const running = open.filter((trial) => trial.state === 'running')
  const lives = await deps.store.getLives(running.map(runKeyOf))
  return lives.filter((live): live is RunLive => live?.state === 'running')
}

/**
 * Requeues a trial whose agent asks for another one. Its next attempt fences what is left of the earlier process. Not while the
 * attempt has reported within half a lease: several processes may share a name.
 */
async function recoverOwn(deps: FreeDeps, sweep: LoadedSweep, known: RunLive, now: UnixMs): Promise<boolean> {
  const isSilent = ({ heartbeatAt = 0, claimedAt, startedAt }: RunLive) =>
    heartbeatAt === (claimedAt ?? startedAt) || now - heartbeatAt > deps.settings.leaseSeconds * 500
  const changed = await changeLive(
    deps,
    known.key,
    (live) =>
      live.state === 'running' && live.attempt === known.attempt && !live.stop && isSilent(live)
        ? { next: requeuedLive(live, false), answer: true }
        : { answer: false },
    known,
  )
  if (changed?.answer !== true) return false
  await requeueTrial(deps, changed.live, sweep)
  return true
}
