import type { TrialBody } from '@chimney/core/schema/api/trials'
import { renderTable, type TableOptions } from './table.ts'
import { flattenParams } from './values.ts'

/** The fields of a trial that the table shows. */
export type TrialRow = Pick<TrialBody, 'number' | 'state' | 'params' | 'value' | 'reason'>

/** A table with one line per trial: number, one column per parameter, value of the metric, state, reason. */
export const renderTrials = (
  trials: readonly TrialRow[],
  metric = 'value',
  options: TableOptions = {},
): string => {
  const params = trials.map((trial) => flattenParams(trial.params))
  const names = [...new Set(params.flatMap(Object.keys))]
  const hasReason = trials.some(({ reason }) => reason)
  return renderTable(
    ['#', ...names, metric, 'state', ...(hasReason ? ['reason'] : [])],
    trials.map(({ number, value, state, reason }, at) => [
      number,
      ...names.map((name) => params[at]?.[name]),
      value,
      state,
      reason,
    ]),
    options,
  )
}

/** The same table without results, for running trials. */
export const renderRunning = (trials: readonly TrialRow[], options: TableOptions = {}): string => {
  const params = trials.map((trial) => flattenParams(trial.params))
  const names = [...new Set(params.flatMap(Object.keys))]
  return renderTable(
    ['#', ...names],
    trials.map(({ number }, at) => [number, ...names.map((name) => params[at]?.[name])]),
    options,
  )
}
