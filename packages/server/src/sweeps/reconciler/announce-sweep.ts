import { sweepPath } from '@chimney/core/schema/names'
import { metricOf } from '@chimney/core/schema/sweep-config'
import type { WebhookEvent } from '@chimney/core/schema/webhook-events'
import { tooManyFailures } from '@chimney/core/sweep/limits'
import { idFromText } from '../../ids.ts'
import { announce } from '../../notifications/announce.ts'
import { runUrl, sweepUrl } from '../../page-url.ts'
import type { Notice } from '../../queue/webhook-queue.ts'
import type { Announced } from '../../store/repairs.ts'
import type { SweepHead } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { failureCounts } from '../handout/limit-sweep.ts'
import { hasEnded } from '../load-sweep.ts'
import { runKeyOf } from '../trials/create-trials.ts'
import type { OpenRepair } from './open-repair.ts'
import type { RepairDeps } from './repair-options.ts'

/** A sweep is failing from so many failed trials in a row, or this share of ten trials or more. */
const FAILING = { in_a_row: 3, share: 0.5 }
/** Trials that a notice names; it counts the others. */
const MOST_NAMED = 10

const ID_LENGTH = 24

interface Change {
  readonly type: WebhookEvent
  readonly title: string
  readonly text?: string | undefined
  /** Further fields of `data`. */
  readonly more?: Readonly<Record<string, unknown>>
}

/**
 * Announces what has changed since the last announcement. Only what was written before is announced, and what was announced is
 * stored with the progress afterwards: after a crash in between it is announced again, with the same ids.
 */
export async function announceSweep(deps: RepairDeps, repair: OpenRepair): Promise<void> {
  const { sweep, progress } = repair
  const { record, head } = sweep
  const before: Announced = progress.announced ?? { state: 'running' }
  const next = announcedOf(before, head)
  const changes = [...changesOf(repair, before, next), ...trialsOf(deps, repair)]
  await announce(
    deps,
    record.key,
    changes.map((change) => noticeOf(deps, repair, change)),
  )
  repair.failed = []
  repair.lost = []
  const isSame = before.state === next.state && before.loss === next.loss && before.failing === next.failing
  if (!isSame) repair.progress = { ...progress, announced: next }
}

/** Keeps what the next announcement says of trials that were read for the first time since they ended, and of those that lost their agent. */
export function noteTrials(
  repair: OpenRepair,
  read: readonly TrialRecord[],
  lost: readonly TrialRecord[],
): void {
  const { until = 0 } = repair.progress.announced ?? {}
  const failed = read.filter(
    ({ state, updatedAt }) => (state === 'failed' || state === 'crashed') && updatedAt > until,
  )
  repair.failed = [...repair.failed, ...failed]
  repair.lost = [...repair.lost, ...lost]
}

function announcedOf({ failing, until }: Announced, head: SweepHead): Announced {
  const { state, best, resumedAt } = head
  const isFailing =
    state === 'running' && (failing || tooManyFailures(FAILING, failureCounts(head), resumedAt) !== undefined)
  return {
    state,
    ...(best && { loss: best.loss }),
    ...(isFailing && { failing: true }),
    ...(until !== undefined && { until }),
  }
}

function changesOf({ sweep: { record, head } }: OpenRepair, before: Announced, next: Announced): Change[] {
  const name = record.displayName ?? record.key.sweep
  const { best, reason, state, taken } = head
  const metric = metricOf(record.config)?.name ?? 'the metric'
  const bestText = best ? `Best ${metric}: ${best.value} (trial ${best.number}).` : 'No trial has a value.'
  const changes: Change[] = []
  if (best && (before.loss === undefined || best.loss < before.loss))
    changes.push({
      type: 'new_best',
      title: `New best of sweep ${name}: ${metric} = ${best.value}`,
      text: `Trial ${best.number} of ${taken}.`,
    })
  if (next.failing && !before.failing)
    changes.push({
      type: 'sweep_failing',
      title: `Trials of sweep ${name} fail`,
      text: `${tooManyFailures(FAILING, failureCounts(head), head.resumedAt)}.`,
    })
  if (state !== before.state && state === 'paused')
    changes.push({ type: 'sweep_paused', title: `Sweep ${name} is paused`, text: reason })
  if (state !== before.state && hasEnded(head))
    changes.push({
      type: 'sweep_finished',
      title: `Sweep ${name} is ${state}`,
      text: [reason && `${reason}.`, bestText].filter(Boolean).join(' '),
    })
  return changes
}

/** Trials of one repair share a notice. */
function trialsOf({ settings }: RepairDeps, { sweep: { record }, failed, lost }: OpenRepair): Change[] {
  const name = record.displayName ?? record.key.sweep
  const change = (type: WebhookEvent, trials: readonly TrialRecord[], what: string): Change[] =>
    trials.length === 0
      ? []
      : [
          {
            type,
            title: `${trials.length === 1 ? `Trial ${trials[0]!.key.number}` : `${trials.length} trials`} of sweep ${name} ${what}`,
            text: trials.find(({ reason }) => reason)?.reason,
            more: {
              count: trials.length,
              trials: trials.slice(0, MOST_NAMED).map((trial) => ({
                number: trial.key.number,
                run: trial.run,
                url: runUrl(settings.publicUrl, runKeyOf(trial)),
                state: trial.state,
                reason: trial.reason ?? null,
              })),
            },
          },
        ]
  return [...change('run_failed', failed, 'failed'), ...change('agent_lost', lost, 'lost the agent')]
}

function noticeOf(deps: RepairDeps, repair: OpenRepair, { type, title, text, more }: Change): Notice {
  const { record, head } = repair.sweep
  const { key } = record
  const url = sweepUrl(deps.settings.publicUrl, key)
  // The revision changes once the announcement is stored.
  const id = idFromText(
    `${sweepPath(key)} ${record.createdAt} ${type} ${repair.rev} ${JSON.stringify(more ?? null)}`,
    ID_LENGTH,
  )
  return {
    id: `msg_${id}`,
    type,
    at: deps.clock.now(),
    title,
    ...(text !== undefined && { text }),
    url,
    data: {
      entity: key.entity,
      project: key.project,
      sweep: key.sweep,
      name: record.displayName ?? null,
      state: head.state,
      reason: head.reason ?? null,
      best: head.best ? { number: head.best.number, run: head.best.run, value: head.best.value } : null,
      trials: { handed_out: head.taken, ...head.ended },
      ...more,
    },
  }
}
