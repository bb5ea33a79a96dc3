import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { RunKey, SweepKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { RungValue, Stopper } from '@chimney/core/stoppers/stopper'
import { signOfLife } from '@chimney/core/sweep/attempt'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { observe, type Passed, summarize } from '@chimney/core/sweep/observe'
import type { Deps } from '../../deps.ts'
import type { Row } from '../../store/codec/chunk.ts'
import type { RunLive } from '../../store/runs.ts'
import { type Change, changeLive, runNotFound } from '../live/change-live.ts'
import { summaryOf } from '../live/summary.ts'
import { knownObjective } from './known-objective.ts'
import { objectiveOf } from './objective.ts'

export interface ReportMetrics {
  /** Ascending by index is not required; indices are integers in [0, 2^53). */
  readonly rows: readonly Row[]
  /** The attempt that reports; the current one when absent. */
  readonly attempt?: number
  /** The client keeps its own summary: it stands as it is, instead of the latest values. */
  readonly summary?: { readonly [name: string]: Json }
  /** It is one of several clients of the run: what the others have put into the summary stays. */
  readonly partial?: boolean
}

export interface StopAnswer {
  readonly stop: boolean
  readonly reason?: string
}

type MetricsDeps = Pick<Deps, 'store' | 'clock' | 'settings'>

/** Keeps what a run logged, renews its lease, and decides at the rungs it passes whether it goes on. */
export async function reportMetrics(
  deps: MetricsDeps,
  key: RunKey,
  input: ReportMetrics,
): Promise<StopAnswer & { readonly accepted: number }> {
  const live = await deps.store.getLive(key)
  if (!live) throw runNotFound(key)
  const objective = await objectiveFor(deps, live)
  const now = deps.clock.now()
  const rows = input.rows.toSorted((a, b) => a.index - b.index)
  const attempt = input.attempt ?? live.attempt
  if (attempt === 0)
    throw new Problem(
      'conflict',
      'not-claimed',
      `nobody has claimed run ${key.run} yet; claim it before reporting`,
    )
  if (attempt > live.attempt)
    throw new Problem(
      'conflict',
      'unknown-attempt',
      `attempt ${attempt} of run ${key.run} was never handed out (it is at attempt ${live.attempt}); send the attempt that the trial came with`,
    )
  // The rows before the lease: who sees the run's progress finds the rows behind it.
  if (rows.length > 0) await deps.store.putChunk(key, 'metrics', { attempt, receivedAt: now, rows })

  const changed = await changeLive(
    deps,
    key,
    (live) => kept(deps, live, { ...input, rows }, attempt, objective, now),
    live,
  )
  if (!changed) throw runNotFound(key)
  return { accepted: input.rows.length, ...changed.answer }
}

const objectiveFor = async (deps: MetricsDeps, { sweep, key }: RunLive) =>
  sweep === undefined ? undefined : knownObjective(deps, { entity: key.entity, project: key.project, sweep })

/**
 * What the rows do to the live half, for whoever sends them. Rungs are told and asked before the run knows that it has passed
 * them: a request that dies in between passes them again when it is repeated.
 */
async function kept(
  deps: MetricsDeps,
  live: RunLive,
  { rows, summary: own, partial }: ReportMetrics,
  attempt: number,
  known: Awaited<ReturnType<typeof knownObjective>>,
  now: number,
): Promise<Change<StopAnswer>> {
  const sign = signOfLife(live, attempt)
  if (sign.kind === 'outside' && (live.state !== 'crashed' || attempt !== live.attempt)) {
    const answer = stopOf(sign)
    if (attempt !== live.attempt) return { answer }
    // The rows were overtaken by the end of their run: nothing changes but how far its history goes, and what the other
    // processes of a run had to say when the first one has ended it.
    const lastIndex = Math.max(live.lastIndex, rows.at(-1)?.index ?? -1)
    const summary = own && partial ? stringifyJson({ ...summaryOf(live), ...own }) : live.summary
    const news = lastIndex > live.lastIndex || summary !== live.summary
    return news ? { next: { ...live, lastIndex, summary }, answer } : { answer }
  }
  const { progress, passed } = observe(live, rows, known?.objective)
  const whole = own && partial ? { ...summaryOf(live), ...own } : own
  const summary = stringifyJson(whole ?? summarize(summaryOf(live), rows, live.lastIndex))
  const decided =
    passed.length > 0 && !live.stop ? await decideAtRungs(deps, live, passed, known?.stopper) : undefined
  const stop = isEnd(live.state) ? live.stop : (live.stop ?? decided)
  const next = renewed(deps, { ...live, ...progress, summary, ...(stop && { stop }) }, now)
  return { next, answer: stopFlag(next) ?? stopOf(sign) }
}

/** The live half after a sign of life from its owner. A run outside sweeps that was given up comes back to life. */
export function renewed(deps: Pick<Deps, 'settings'>, live: RunLive, now: number): RunLive {
  if (isEnd(live.state) && (live.state !== 'crashed' || live.number !== undefined))
    return { ...live, heartbeatAt: now }
  const { endedAt: _, endedBy: __, reason: ___, ...rest } = live
  return { ...rest, state: 'running', heartbeatAt: now, leaseUntil: now + deps.settings.leaseSeconds * 1000 }
}

const stopOf = (sign: ReturnType<typeof signOfLife>): StopAnswer =>
  sign.kind === 'outside' && sign.stop ? { stop: true, reason: sign.reason } : { stop: false }

export const stopFlag = (live: RunLive): StopAnswer | undefined =>
  live.stop && { stop: true, reason: live.stop.reason }

/**
 * Tells every rung that was passed, then asks at the highest one. Reads the sweep as it is now, since a deleted one must not
 * be written to, and in one query the peers at that rung, in another those at the next rung for a stopper that looks ahead.
 * A stopper that looks at the trial alone needs neither.
 */
async function decideAtRungs(
  deps: MetricsDeps,
  live: RunLive,
  passed: readonly Passed[],
  known: Stopper | undefined,
): Promise<RunLive['stop']> {
  const { sweep, number } = live
  const last = passed.at(-1)
  if (sweep === undefined || number === undefined || !last) return undefined
  const key = { entity: live.key.entity, project: live.key.project, sweep }
  const stopper = known?.alone ? known : await presentStopper(deps, key)
  if (!stopper) return undefined
  const others: RungValue[] = []
  let ahead: readonly RungValue[] = []
  if (!stopper.alone) {
    await Promise.all(
      passed.map(({ rung, loss, best, mean, error }) =>
        deps.store.putRung(key, rung, {
          number,
          loss,
          best,
          ...(mean !== undefined && error !== undefined && { mean, error }),
        }),
      ),
    )
    const next = stopper.looksAhead && stopper.nextRung(last.rung)
    const [here, there] = await Promise.all([
      deps.store.listRung(key, last.rung),
      next === undefined ? [] : deps.store.listRung(key, next),
    ])
    others.push(...here.filter((peer) => peer.number !== number))
    ahead = there.filter((peer) => peer.number !== number)
  }
  const reason = (stopper.alone ? passed : [last])
    .map(({ rung, ...values }) => {
      const self = { number, ...values }
      const decision = stopper.decide({ rung, self, peers: [...others, self], ahead })
      return decision.stop ? decision.reason : undefined
    })
    .find((text) => text !== undefined)
  return reason === undefined ? undefined : { reason, by: 'stopper', rung: last.rung }
}

async function presentStopper(deps: MetricsDeps, key: SweepKey): Promise<Stopper | undefined> {
  const loaded = await deps.store.getSweep(key)
  return loaded && objectiveOf(loaded.record.config)?.stopper
}
