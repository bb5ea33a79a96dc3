import type { SweepEvents } from '@chimney/core/schema/api/events'
import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { progressOf } from '@chimney/sdk/cli/commands/watch'
import {
  type Column,
  flattenParams,
  formatValue,
  renderProgress,
  renderTrials,
  trialColumns,
} from '@chimney/sdk/cli/render'

/** The part of a stream that the screen uses. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface Screen {
  show(events: SweepEvents): void
  /** Keeps the last display; further output follows below. */
  end(): void
}

/** On a terminal, a block that is redrawn with every change; elsewhere, a line for each ended trial. */
export const createScreen = (out: Output): Screen => (out.isTTY ? liveScreen(out) : plainScreen(out))

function liveScreen(out: Output): Screen {
  const running = new Map<number, TrialBody>()
  let height = 0
  return {
    show: ({ sweep, trials }) => {
      for (const trial of trials) {
        if (trial.state === 'running') running.set(trial.number, trial)
        else running.delete(trial.number)
      }
      // Some terminals wrap when the last column is written, which would add a line to the block.
      const width = (out.columns || 80) - 1
      const lines = [renderProgress(progressOf(sweep), width)]
      const rows = [...running.values()].sort((left, right) => left.number - right.number)
      if (rows.length > 0) lines.push('', ...renderTrials(rows, parameterColumns(rows), width).split('\n'))
      const up = height > 0 ? `\x1b[${height}A` : ''
      out.write(`${up}\x1b[0J${lines.join('\n')}\n`)
      height = lines.length
    },
    end: () => {
      height = 0
    },
  }
}

function plainScreen(out: Output): Screen {
  const printed = new Set<number>()
  return {
    show: ({ sweep, trials }) => {
      for (const trial of trials) {
        if (trial.state === 'queued' || trial.state === 'running' || printed.has(trial.number)) continue
        printed.add(trial.number)
        out.write(`${printed.size}/${sweep.limit ?? '?'} ${describe(trial, sweep.metric?.name)}\n`)
      }
    },
    end: () => {},
  }
}

/** `#3 finished, val_acc 0.94 (batch_size 16, epochs 5, lr 0.04)` */
function describe(trial: TrialBody, metric = 'value'): string {
  const value = trial.value === undefined ? '' : `, ${metric} ${formatValue(trial.value)}`
  const params = Object.entries(flattenParams(trial.params)).map(([name, given]) => `${name} ${shown(given)}`)
  return `#${trial.number} ${trial.state}${value} (${params.join(', ')})`
}

const shown = (value: unknown) => (typeof value === 'number' ? formatValue(value) : JSON.stringify(value))

const parameterColumns = (rows: readonly TrialBody[]): readonly Column[] =>
  trialColumns(rows).filter(({ title }) => title !== 'value' && title !== 'state' && title !== 'reason')

/** The result of the sweep: all trials, the best parameters, and the duration. */
export function renderResult(
  sweep: SweepBody,
  trials: readonly TrialBody[],
  seconds: number,
  width?: number,
): string {
  const metric = sweep.metric?.name ?? 'value'
  const lines = [renderTrials(trials, trialColumns(trials, metric), width), '']
  const best = trials.find(({ number }) => number === sweep.best?.number)
  if (best) {
    const params = Object.entries(flattenParams(best.params))
    const longest = Math.max(...params.map(([name]) => name.length))
    lines.push(`Best: ${metric} ${shown(best.value)} by trial #${best.number}`)
    for (const [name, value] of params) lines.push(`  ${name.padEnd(longest)}  ${shown(value)}`)
    lines.push('')
  }
  const { finished, stopped } = sweep.trials
  lines.push(
    `${trials.length} trials in ${seconds.toFixed(1)} s: ${finished} finished, ${stopped} stopped early.`,
  )
  return lines.join('\n')
}
