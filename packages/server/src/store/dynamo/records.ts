/**
 * Maps records to items and back. Fields without conditions are one JSON text (`doc`), which keeps items small and allows new
 * fields without a change here; fields in conditions and counters are attributes.
 */
import { type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import type { RunKey, SweepKey, TrialKey } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import { isEnd, type RunState, type SweepState } from '@chimney/core/sweep/lifecycle'
import type { FailureCounts } from '@chimney/core/sweep/limits'
import { padded, parseSortableFloat, sortableFloat } from '../codec/sortable.ts'
import type { RunLive, RunRecord } from '../runs.ts'
import type { BestTrial, EndCounts, SweepHead, SweepRecord } from '../sweeps.ts'
import type { TrialRecord } from '../trials.ts'
import {
  type Attribute,
  type Attributes,
  floatsOf,
  numberOf,
  optionalFloat,
  optionalText,
  packFloats,
  packText,
  setOf,
  textOf,
  unpackText,
} from './attributes.ts'
import {
  byCreation,
  byDigest,
  OPEN_RUNS,
  OPEN_SWEEPS,
  runPk,
  runsOf,
  sweepPk,
  sweepsOf,
} from './item-keys.ts'

type Values = Record<string, Attribute | undefined>

const docOf = (value: unknown): string | Uint8Array => packText(JSON.stringify(value))
const readDoc = (item: Attributes, name = 'doc') => JSON.parse(unpackText(item, name))

// Config and parameters are attributes: their floats must stay floats, and their JSON nesting is limited.
export function sweepValues({ key, rev, config, ...rest }: SweepRecord): Values {
  const pk = sweepPk(key)
  return {
    rev,
    config: packText(stringifyJson(config as unknown as Json)),
    doc: docOf(rest),
    gsi1pk: sweepsOf(key),
    gsi1sk: byCreation(rest.createdAt, pk),
  }
}
export const readSweep = (key: SweepKey, item: Attributes): SweepRecord => ({
  ...readDoc(item),
  key,
  rev: numberOf(item, 'rev'),
  config: parseJson(unpackText(item, 'config'), { exact: true }) as unknown as SweepConfig,
})

/** Initial `left` of a sweep without a limit; every hand-out subtracts from it. */
const ENDLESS = 2 ** 52

/** Numbers left below the limit; an attribute, since DynamoDB conditions cannot compute it. */
const leftOf = ({ limit, taken }: SweepHead) => (limit ?? ENDLESS) - taken

export const ENDS = [
  'finished',
  'failed',
  'stopped',
  'killed',
  'crashed',
] as const satisfies (keyof EndCounts)[]
export const endedValues = (ended: EndCounts) =>
  Object.fromEntries(ENDS.map((state) => [state, ended[state]]))

/** A head without its counters, what waits, and `best`; undefined attributes are removed. */
export function headSettings(key: SweepKey, head: SweepHead): Values {
  return {
    state: head.state,
    left: leftOf(head),
    taken: head.taken,
    limit: head.limit,
    enqueued: head.enqueued.length > 0 ? head.enqueued.join() : undefined,
    settled: head.settled,
    reason: head.reason,
    resumed: head.resumedAt && JSON.stringify(head.resumedAt),
    updated: head.updatedAt,
    rev: head.rev,
    // An ended sweep stays in the index until no trial runs, see SweepStore.closeSweep.
    ...(isOpen(head.state) && openIndex(key)),
  }
}
const isOpen = (state: SweepState) => state === 'running' || state === 'paused'
export const openIndex = (key: SweepKey) => ({ gsi1pk: OPEN_SWEEPS, gsi1sk: byDigest(sweepPk(key)) })

export const headValues = (key: SweepKey, head: SweepHead): Values => ({
  ...headSettings(key, head),
  ...endedValues(head.ended),
  waiting: head.waiting.length > 0 ? new Set(head.waiting) : undefined,
  more: head.moreWaiting,
  missing: head.missing,
  ...(head.best && bestValues(head.best)),
  amended: head.amended,
  failing: head.failuresInARow,
})

export function readHead(item: Attributes): SweepHead {
  const enqueued = optionalText(item, 'enqueued')
  const best = readBest(item)
  return {
    state: textOf(item, 'state') as SweepState,
    taken: numberOf(item, 'taken'),
    ...(item.limit === undefined ? {} : { limit: numberOf(item, 'limit') }),
    enqueued: enqueued?.split(',').map(Number) ?? [],
    ended: Object.fromEntries(ENDS.map((state) => [state, numberOf(item, state)])) as EndCounts,
    waiting: setOf(item, 'waiting'),
    ...(item.more !== undefined && { moreWaiting: textOf(item, 'more') }),
    ...(best && { best }),
    ...(item.missing !== undefined && { missing: textOf(item, 'missing') }),
    ...(item.amended !== undefined && { amended: numberOf(item, 'amended') }),
    ...(item.reason !== undefined && { reason: textOf(item, 'reason') }),
    ...(item.failing !== undefined && { failuresInARow: numberOf(item, 'failing') }),
    ...(item.resumed !== undefined && {
      resumedAt: JSON.parse(textOf(item, 'resumed')) as FailureCounts,
    }),
    settled: numberOf(item, 'settled'),
    updatedAt: numberOf(item, 'updated'),
    rev: numberOf(item, 'rev'),
  }
}

/** `rank` encodes loss and number for comparison in a condition; for equal losses the earlier trial is better. */
export const bestValues = (best: BestTrial) => ({
  rank: `${sortableFloat(best.loss)}#${padded(best.number, 16)}`,
  bestRun: best.run,
  bestValue: packFloats(best.value),
})
function readBest(item: Attributes): BestTrial | undefined {
  const rank = optionalText(item, 'rank')
  if (rank === undefined) return undefined
  const [loss = '', number] = rank.split('#')
  return {
    number: Number(number),
    run: textOf(item, 'bestRun'),
    value: optionalFloat(item, 'bestValue') ?? Number.NaN,
    loss: parseSortableFloat(loss),
  }
}

type Outcome = Pick<TrialRecord, 'value' | 'loss' | 'rung' | 'values' | 'violation' | 'slacks' | 'reason'>
/** Undefined attributes are removed: they belong to an earlier outcome. */
export const outcomeValues = ({ value, loss, rung, values, violation, slacks, reason }: Outcome): Values => ({
  value: value === undefined ? undefined : packFloats(value),
  loss: loss === undefined ? undefined : packFloats(loss),
  rung: rung === undefined ? undefined : packFloats(rung),
  values: values === undefined ? undefined : packFloats(...values),
  violation: violation === undefined ? undefined : packFloats(violation),
  slacks: slacks === undefined ? undefined : packFloats(...slacks),
  reason,
})

export function trialValues(trial: TrialRecord): Values {
  const {
    key,
    params,
    state,
    attempt,
    value,
    loss,
    rung,
    values,
    violation,
    slacks,
    reason,
    agent,
    startedAt,
    updatedAt,
    amended,
    ...rest
  } = trial
  return {
    params: packText(stringifyJson(params)),
    doc: docOf(rest),
    state,
    attempt,
    agent,
    started: startedAt,
    updated: updatedAt,
    amended,
    ...outcomeValues({
      ...(value !== undefined && { value }),
      ...(loss !== undefined && { loss }),
      ...(rung !== undefined && { rung }),
      ...(values !== undefined && { values }),
      ...(violation !== undefined && { violation }),
      ...(slacks !== undefined && { slacks }),
      ...(reason !== undefined && { reason }),
    }),
  }
}
export function readTrial(key: TrialKey, item: Attributes): TrialRecord {
  const numbers = {
    value: optionalFloat(item, 'value'),
    loss: optionalFloat(item, 'loss'),
    rung: optionalFloat(item, 'rung'),
    values: item.values === undefined ? undefined : floatsOf(item, 'values'),
    violation: optionalFloat(item, 'violation'),
    slacks: item.slacks === undefined ? undefined : floatsOf(item, 'slacks'),
  }
  const texts = { reason: optionalText(item, 'reason'), agent: optionalText(item, 'agent') }
  return {
    ...readDoc(item),
    key,
    params: parseJson(unpackText(item, 'params'), { exact: true }) as Params,
    state: textOf(item, 'state') as RunState,
    attempt: numberOf(item, 'attempt'),
    updatedAt: numberOf(item, 'updated'),
    ...(item.started !== undefined && { startedAt: numberOf(item, 'started') }),
    ...(item.amended !== undefined && { amended: numberOf(item, 'amended') }),
    ...Object.fromEntries(
      Object.entries({ ...numbers, ...texts }).filter(([, value]) => value !== undefined),
    ),
  }
}

export function runValues({ key, rev, config, ...rest }: RunRecord): Values {
  return {
    rev,
    config: packText(config),
    doc: docOf(rest),
    gsi1pk: runsOf(key),
    gsi1sk: byCreation(rest.createdAt, runPk(key)),
  }
}
export const readRun = (key: RunKey, item: Attributes): RunRecord => ({
  ...readDoc(item),
  key,
  rev: numberOf(item, 'rev'),
  config: unpackText(item, 'config'),
})

/** The index lists open runs without a trial; trials are found through their sweep. */
const isAdrift = (live: RunLive) => live.number === undefined && !isEnd(live.state)

export function liveValues(live: RunLive): Values {
  const { key, rev, summary, ...rest } = live
  return {
    rev,
    doc: docOf(rest),
    summary: packText(summary),
    ...(isAdrift(live) && { gsi1pk: OPEN_RUNS, gsi1sk: byDigest(runPk(key)) }),
  }
}
export const readLive = (key: RunKey, item: Attributes): RunLive => ({
  ...readDoc(item),
  key,
  rev: numberOf(item, 'rev'),
  summary: unpackText(item, 'summary'),
})
