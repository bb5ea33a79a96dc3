/** What the rules of a diagnosis look at: a bounded summary of a sweep. Times are Unix milliseconds. */
import type { ConfigChange, Finding, Remedy } from '../../schema/api/diagnosis.ts'
import type { Json } from '../../schema/json.ts'
import { parameterPointer } from '../../schema/json-pointer.ts'
import type { Params } from '../../schema/params.ts'
import { lossOf, metricOf, type SweepConfig } from '../../schema/sweep-config.ts'
import type { Dimension, Space } from '../../space/space.ts'
import type { RunState, SweepState } from '../lifecycle.ts'
import type { Logged } from './logged.ts'

export interface TrialEvidence {
  readonly number: number
  readonly params: Params
  readonly state: RunState
  readonly attempt: number
  /** As reported, finite. */
  readonly value?: number | undefined
  /** Sum of constraint violations, 0 to Infinity; only in sweeps with constraints. */
  readonly violation?: number | undefined
  readonly reason?: string | undefined
  /** Name of the agent of the current attempt: `host/…` or `host:…`. */
  readonly agent?: string | undefined
  readonly updatedAt: number
  /** Present when the run was read. */
  readonly run?: RunEvidence | undefined
}

export interface RunEvidence {
  /** Kind of the last value of each metric, by dotted name. */
  readonly logged: Logged
  /** How many finite values of the sweep's metric were logged as history. */
  readonly reports: number
  /** The line of the console that says why the run failed. */
  readonly errorLine?: string | undefined
  /** Agents of the earlier attempts that lost their lease. */
  readonly lostBy: readonly string[]
}

/** An agent that polls. `busy`: it executes a trial. */
export interface AgentEvidence {
  readonly id: string
  readonly host: string
  readonly heartbeatAt: number
  readonly busy: boolean
}

export interface SweepEvidence {
  readonly config: SweepConfig
  readonly space: Space
  readonly state: SweepState
  /** Trials handed out so far. */
  readonly taken: number
  /** Trials that may be handed out in all; absent without a limit. */
  readonly limit?: number | undefined
  /** Trials that are handed out and have not ended. */
  readonly open: number
  /** Ascending by number; may be only some of the sweep. */
  readonly trials: readonly TrialEvidence[]
  readonly agents: readonly AgentEvidence[]
  readonly now: number
}

/** Pure: the findings of one or several related mistakes; empty for a sweep that does not have them. */
export type Rule = (sweep: SweepEvidence) => readonly Finding[]

type Severity = Finding['severity']

/** Trial numbers that one finding lists. */
const MAX_LISTED = 20

export const finding = (
  code: string,
  severity: Severity,
  message: string,
  fix: string,
  evidence: {
    readonly trials?: readonly { readonly number: number }[]
    readonly keys?: readonly string[]
    readonly numbers?: { readonly [name: string]: number }
  } = {},
  remedy?: Remedy,
): Finding => ({
  code,
  severity,
  message,
  evidence: {
    trials: (evidence.trials ?? []).slice(0, MAX_LISTED).map(({ number }) => number),
    keys: (evidence.keys ?? []).slice(0, MAX_LISTED).map((key) => cut(key, 200)),
    numbers: Object.fromEntries(
      Object.entries(evidence.numbers ?? {}).filter(([, value]) => Number.isFinite(value)),
    ),
  },
  fix,
  ...(remedy && { remedy }),
})

/** A new sweep after these changes of the config. */
export const newSweep = (...changes: ConfigChange[]): Remedy => ({ kind: 'new-sweep', changes })

/** Finishes a sweep that is open. */
export const finish = ({ state }: SweepEvidence): Remedy | undefined =>
  state === 'running' || state === 'paused' ? { kind: 'state', state: 'finished' } : undefined

/** Replaces the distribution of a parameter; its conditions stay. */
export const setDistribution = (
  { path, config }: Dimension,
  distribution: { readonly [key: string]: Json },
): ConfigChange => ({
  op: 'add',
  path: parameterPointer(path),
  value: config.when === undefined ? distribution : { ...distribution, when: { ...config.when } },
})

export const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text

/** `1 trial`, `2 trials`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** At most six significant digits. */
export const figure = (value: number): string => String(Number(value.toPrecision(6)))

/** Trials of which training ended: those that were killed or lost say nothing about the config. */
export const concluded = ({ trials }: SweepEvidence): readonly TrialEvidence[] =>
  trials.filter(({ state }) => state === 'finished' || state === 'failed' || state === 'stopped')

export interface MeasuredTrial extends TrialEvidence {
  readonly value: number
  /** Lower is better. */
  readonly loss: number
}

/** Finished trials with a value that satisfy the constraints, ascending by number. A stopped trial has the value of its rung. */
export function measured({ config, trials }: SweepEvidence): readonly MeasuredTrial[] {
  const metric = metricOf(config)
  if (!metric) return []
  return trials.flatMap((trial) =>
    trial.state === 'finished' && trial.value !== undefined && !(trial.violation! > 0)
      ? [{ ...trial, value: trial.value, loss: lossOf(metric.goal, trial.value) }]
      : [],
  )
}
