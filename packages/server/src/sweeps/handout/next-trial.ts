import { type SweepKey, sweepPath, type TrialKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { hashOf, trialRunId } from '../../ids.ts'
import { type Claimant, claimLive } from '../../runs/live/claim-live.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { type LoadedSweep, loadSweep } from '../load-sweep.ts'
import { planNumbers } from '../search/plan-numbers.ts'
import { newTrial, putMissingRun, putTrial, runKeyOf, type Start } from '../trials/make-trials.ts'
import { placesLeft } from '../trials/trial-counts.ts'
import { takeFree } from './dispatch.ts'
import { endSweepIfOver } from './end-sweep.ts'
import { type Granted, withReceipt } from './receipt.ts'

export interface NextTrial {
  /** 1 to 100. */
  readonly count: number
  readonly agent?: string
  /** Opaque; scoped to the caller. The same key gets the same trials. */
  readonly idempotencyKey?: string
}

export type NextTrialAnswer =
  | {
      readonly kind: 'trials'
      readonly trials: readonly { readonly trial: TrialRecord; readonly leaseUntil: UnixMs }[]
    }
  /** Paused, or everything is handed out but may come back: ask again after so many seconds. */
  | { readonly kind: 'wait'; readonly seconds: number }

/** A person resumes a paused sweep; a lost lease frees a full one. Neither is worth asking for more often. */
const WAIT_PAUSED_SECONDS = 10
const WAIT_FULL_SECONDS = 5
/** What a repeated request was given has gone to another: a new request gets something else. */
const WAIT_TAKEN_SECONDS = 1

type NextDeps = Pick<Deps, 'store' | 'clock' | 'settings' | 'randomId'>

/** Hands out the next trials, each number once. `sweep-finished` when there will be none any more. */
export async function nextTrial(deps: NextDeps, key: SweepKey, input: NextTrial): Promise<NextTrialAnswer> {
  const request = JSON.stringify([sweepPath(key), input.count, input.agent ?? null])
  return withReceipt(deps, input.idempotencyKey, request, {
    replay: (grants) => replay(deps, key, input, grants),
    answer: (settle) => handOut(deps, key, input, settle),
  })
}

async function handOut(
  deps: NextDeps,
  key: SweepKey,
  input: NextTrial,
  settle: (grants: readonly Granted[]) => Promise<void>,
): Promise<NextTrialAnswer> {
  const sweep = await loadSweep(deps, key)
  if (sweep.head.state === 'finished' || sweep.head.state === 'cancelled')
    throw sweepFinished(key, sweep.head.state)
  if (sweep.head.state === 'paused') return { kind: 'wait', seconds: WAIT_PAUSED_SECONDS }

  const waiting = await claimWaiting(deps, sweep, input)
  const fresh =
    waiting.length < input.count ? await takeFresh(deps, sweep, input.count - waiting.length) : undefined
  const numbers = fresh ? Array.from({ length: fresh.count }, (_, at) => fresh.first + at) : []
  await settle([
    ...waiting.map(({ trial }) => ({ number: trial.key.number, attempt: trial.attempt })),
    ...numbers.map((number) => ({ number, attempt: 1 })),
  ])
  const made = fresh ? await makeFresh(deps, { record: sweep.record, head: fresh.head }, numbers, input) : []
  const trials = [...waiting, ...made]
  if (trials.length > 0) return { kind: 'trials', trials }

  const head = (await loadSweep(deps, key)).head
  if (head.state === 'finished' || head.state === 'cancelled' || (await endSweepIfOver(deps, key, head)))
    throw sweepFinished(key, head.state)
  return { kind: 'wait', seconds: head.state === 'paused' ? WAIT_PAUSED_SECONDS : WAIT_FULL_SECONDS }
}

/** Takes numbers until it wins some, or none are left. */
async function takeFresh(deps: NextDeps, sweep: LoadedSweep, wanted: number) {
  const { record } = sweep
  if (record.config.dispatch) return takeFree(deps, record, sweep.head, wanted)
  // Each lost race means that somebody else got numbers, so this ends.
  for (let head: SweepHead | undefined = sweep.head; head?.state === 'running'; ) {
    const count = Math.min(wanted, placesLeft(head))
    if (count <= 0) return undefined
    const taken = await deps.store.takeNumbers(record.key, count, deps.clock.now())
    if (taken) return { ...taken, count }
    head = await deps.store.getHead(record.key)
  }
  return undefined
}

async function makeFresh(deps: NextDeps, sweep: LoadedSweep, numbers: readonly number[], input: NextTrial) {
  const { record, head } = sweep
  const suggestions = await planNumbers(deps, record, head, numbers)
  const now = deps.clock.now()
  const start = startFor(deps, input)
  const { leaseUntil } = start
  const made = await Promise.all(
    numbers.map(async (number, at) => {
      const suggestion = suggestions[at]
      if (!suggestion) return []
      const trial = newTrial(record.key, number, suggestion, start, now)
      if ((await putTrial(deps, trial, start)) === 'both') return [{ trial, leaseUntil }]
      // This request was so slow that reconcile has filled its place: then the queued trial is ours if nobody has begun it.
      const claimed = await claimTrial(deps, { ...record.key, number }, claimantOf(input))
      return claimed ? [claimed] : []
    }),
  )
  return made.flat()
}

/**
 * Requeued and enqueued trials go first, lowest number first. Whoever loses a race goes on at a place of its own, so that many
 * agents at once do not race for each in turn.
 */
async function claimWaiting(deps: NextDeps, { record, head }: LoadedSweep, input: NextTrial) {
  const claimed: { trial: TrialRecord; leaseUntil: UnixMs }[] = []
  const left = [...head.waiting].sort((a, b) => a - b)
  const gone: number[] = []
  let at = 0
  while (left.length > 0 && claimed.length < input.count) {
    const [number] = left.splice(at % left.length, 1) as [number]
    const key = { ...record.key, number }
    const claim = await claimLive(deps, { ...key, run: trialRunId(key, number) }, claimantOf(input))
    // One that ended after it was lost once: its late result may be on its way, and reconcile looks for it here.
    if (!claim || !isEnd(claim.live.state) || claim.live.lost === 0) gone.push(number)
    const trial = await startedTrial(deps, key, claimantOf(input), claim)
    if (trial) claimed.push(trial)
    at = trial ? 0 : Number.parseInt(hashOf(deps.randomId(8)).slice(0, 8), 16)
  }
  if (gone.length > 0) await deps.store.removeWaiting(record.key, gone)
  return claimed
}

/** Claims a queued trial; undefined when another agent has it, or it is over. */
const claimTrial = async (deps: NextDeps, key: TrialKey, by: Claimant) =>
  startedTrial(deps, key, by, await claimLive(deps, { ...key, run: trialRunId(key, key.number) }, by))

/** The trial of a run that was claimed, as it is handed out. */
async function startedTrial(
  deps: NextDeps,
  key: TrialKey,
  by: Claimant,
  claimed: Awaited<ReturnType<typeof claimLive>>,
): Promise<{ trial: TrialRecord; leaseUntil: UnixMs } | undefined> {
  if (!claimed?.answer.ok) return undefined
  const { attempt } = claimed.answer
  const now = deps.clock.now()
  const agent = by.agent === undefined ? {} : { agent: by.agent }
  await deps.store.moveTrial(key, { state: 'running', attempt, ...agent }, now)
  const trial = await deps.store.getTrial(key)
  return (
    trial && {
      trial: { ...trial, state: 'running', attempt, ...agent },
      leaseUntil: claimed.live.leaseUntil ?? now,
    }
  )
}

/**
 * What a request was given, for when it comes again. A trial that its first coming did not get to make, or that was queued
 * meanwhile, is made or claimed now; one that somebody else has begun is not its any more.
 */
async function replay(
  deps: NextDeps,
  key: SweepKey,
  input: NextTrial,
  grants: readonly Granted[],
): Promise<NextTrialAnswer> {
  const trials = await Promise.all(
    grants.map(async ({ number, attempt }) => {
      const trial = await deps.store.getTrial({ ...key, number })
      if (!trial) return (await makeFresh(deps, await loadSweep(deps, key), [number], input))[0]
      const live = await deps.store.getLive(runKeyOf(trial))
      if (!live && !isEnd(trial.state)) {
        // The trial was put, its run was not. (One that has ended has lost its run to a person.)
        const start = startFor(deps, input)
        if (await putMissingRun(deps, { ...trial, attempt }, start))
          return { trial: { ...trial, attempt }, leaseUntil: start.leaseUntil }
      }
      const standing = live && live.state !== 'queued' && live.claimedBy === claimantOf(input).claimedBy
      if (standing)
        return { trial: { ...trial, attempt: live.attempt }, leaseUntil: live.leaseUntil ?? deps.clock.now() }
      return claimTrial(deps, trial.key, claimantOf(input))
    }),
  )
  const found = trials.filter((trial) => trial !== undefined)
  return found.length > 0 ? { kind: 'trials', trials: found } : { kind: 'wait', seconds: WAIT_TAKEN_SECONDS }
}

const startFor = (deps: NextDeps, input: NextTrial): Extract<Start, { state: 'running' }> => ({
  state: 'running',
  leaseUntil: deps.clock.now() + deps.settings.leaseSeconds * 1000,
  ...claimantOf(input),
})

/** Who asks, as the run remembers it. */
const claimantOf = (input: NextTrial): Claimant => ({
  ...(input.agent !== undefined && { agent: input.agent }),
  ...(input.idempotencyKey !== undefined && { claimedBy: hashOf(input.idempotencyKey).slice(0, 16) }),
})

function sweepFinished(key: SweepKey, state: string): Problem {
  const how = state === 'cancelled' ? 'was cancelled' : 'is finished'
  const instead = state === 'cancelled' ? 'make a new sweep' : 'raise its run_cap or make a new sweep'
  return new Problem(
    'conflict',
    'sweep-finished',
    `sweep ${sweepPath(key)} ${how} and hands out no more trials; ${instead}`,
  )
}
