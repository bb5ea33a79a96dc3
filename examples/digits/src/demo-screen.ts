import type { SweepEvents } from '@chimney/core/schema/api/events'
import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { createLiveArea } from '@chimney/sdk/cli/text/live'
import { renderProgress } from '@chimney/sdk/cli/text/progress'
import { renderRunning, renderTrials } from '@chimney/sdk/cli/text/trial-table'
import { flattenParams, formatValue } from '@chimney/sdk/cli/text/values'

/** The part of a writable stream that the screen uses. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface Screen {
  show(events: SweepEvents): void
  /** Keeps the current lines; later output follows below them. */
  end(): void
}

/** A progress line and a table of running trials on a terminal; otherwise one line per ended trial. */
export const createScreen = (out: Output): Screen => (out.isTTY ? liveScreen(out) : plainScreen(out))

function liveScreen(out: Output): Screen {
  const columns = () => out.columns || 80
  const area = createLiveArea((text) => out.write(text), columns)
  const running = new Map<number, TrialBody>()
  return {
    show: ({ sweep, trials }) => {
      for (const trial of trials) {
        if (trial.state === 'running') running.set(trial.number, trial)
        else running.delete(trial.number)
      }
      // Some terminals wrap after a character in the last column.
      const width = columns() - 1
      const rows = [...running.values()].sort((left, right) => left.number - right.number)
      const table = rows.length > 0 ? ['', renderRunning(rows, { width })] : []
      area.show([], [renderProgress(sweep, width), ...table])
    },
    end: area.done,
  }
}

function plainScreen(out: Output): Screen {
  const shown = new Set<number>()
  return {
    show: ({ sweep, trials }) => {
      for (const trial of trials) {
        if (trial.state === 'queued' || trial.state === 'running' || shown.has(trial.number)) continue
        shown.add(trial.number)
        out.write(`${shown.size}/${sweep.limit ?? '?'} ${describe(trial, sweep.metric?.name)}\n`)
      }
    },
    end: () => {},
  }
}

/** `#3 finished, val_acc 0.94 (batch_size 16, epochs 5, lr 0.04)` */
function describe(trial: TrialBody, metric = 'value'): string {
  const value = trial.value === undefined ? '' : `, ${metric} ${formatValue(trial.value)}`
  const params = Object.entries(flattenParams(trial.params)).map(
    ([name, given]) => `${name} ${format(given)}`,
  )
  return `#${trial.number} ${trial.state}${value} (${params.join(', ')})`
}

const format = (value: unknown) => (typeof value === 'number' ? formatValue(value) : JSON.stringify(value))

/** All trials, the best parameters, and the duration. */
export function renderResult(
  sweep: SweepBody,
  trials: readonly TrialBody[],
  seconds: number,
  width?: number,
): string {
  const metric = sweep.metric?.name ?? 'value'
  const lines = [renderTrials(trials, metric, { width }), '']
  const best = trials.find(({ number }) => number === sweep.best?.number)
  if (best) {
    const params = Object.entries(flattenParams(best.params))
    const longest = Math.max(...params.map(([name]) => name.length))
    lines.push(`Best: ${metric} ${format(best.value)} by trial #${best.number}`)
    for (const [name, value] of params) lines.push(`  ${name.padEnd(longest)}  ${format(value)}`)
    lines.push('')
  }
  const { finished, stopped } = sweep.trials
  lines.push(
    `${trials.length} trials in ${seconds.toFixed(1)} s: ${finished} finished, ${stopped} stopped early.`,
  )
  return lines.join('\n')
}
