import type { RunState } from '@chimney/core/sweep/lifecycle'
import type { TrialStore } from '../trials.ts'
import { textOf } from './attributes.ts'
import { IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { parseTrialKey, trialKey, trialRange } from './item-keys.ts'
import { outcomeValues, readTrial, trialValues } from './records.ts'

const OPEN = '#state IN (:queued, :running)'
const open = { queued: 'queued', running: 'running' }

export const dynamoTrials = (io: DynamoIo): TrialStore => ({
  async createTrial(trial) {
    return io.put('createTrial', trialKey(trial.key), trialValues(trial), IS_NEW)
  },

  async getTrials(key, numbers) {
    const keys = numbers.map((number) => ({ ...key, number }))
    const items = await io.getAll('getTrials', keys.map(trialKey))
    return items.flatMap((item, i) => (item ? [readTrial(keys[i]!, item)] : []))
  },

  async getTrial(key) {
    const item = await io.get('getTrial', trialKey(key))
    return item && readTrial(key, item)
  },

  async listTrials(key, { after, upTo, limit }) {
    if (limit < 1 || (upTo !== undefined && upTo <= after)) return []
    const items = await io.query('listTrials', trialRange(key, after + 1, upTo), { limit })
    return items.map((item) => {
      const at = parseTrialKey({ pk: textOf(item, 'pk'), sk: textOf(item, 'sk') })
      return readTrial(at, item)
    })
  },

  async moveTrial(key, { state, attempt, agent }, now) {
    const moved = await io.update(
      'moveTrial',
      trialKey(key),
      { set: { state, attempt, agent, updated: now, ...(state === 'running' && { started: now }) } },
      { that: `${OPEN} AND #attempt <= :attempt`, values: { ...open, attempt } },
    )
    return moved !== undefined
  },

  async closeTrial(key, { state, attempt, amended, ...outcome }, now) {
    // Only `crashed` may be replaced, by any other end state.
    const replaceable = state === 'crashed' ? OPEN : `(${OPEN} OR #state = :crashed)`
    const isAsAmended = amended === undefined ? 'attribute_not_exists(#amended)' : '#amended = :amended'
    const values = {
      ...open,
      ...(state !== 'crashed' && { crashed: 'crashed' }),
      ...(amended !== undefined && { amended }),
    }
    const closed = await io.update(
      'closeTrial',
      trialKey(key),
      { set: { state, attempt, updated: now, ...outcomeValues(outcome) }, copy: { former: 'state' } },
      { that: `${replaceable} AND ${isAsAmended}`, values },
    )
    return closed && (textOf(closed, 'former') as RunState)
  },

  async amendTrial(next, { state, attempt, updatedAt, amended }) {
    const before = { state, attempt, updated: updatedAt, ...(amended !== undefined && { amended }) }
    const isSame = Object.keys(before).map((name) => `#${name} = :${name}`)
    const that = [...isSame, ...(amended === undefined ? ['attribute_not_exists(#amended)'] : [])].join(
      ' AND ',
    )
    return io.put('amendTrial', trialKey(next.key), trialValues(next), { that, values: before })
  },
})
