import { readFile } from 'node:fs/promises'
import { billOf, totalOf } from '@chimney/sdk/cost/bill'
import { estimate } from '@chimney/sdk/cost/estimate'
import { beforeAll, describe, expect, it } from 'vitest'
import figures from '../packages/sdk/src/cost/figures.json' with { type: 'json' }
import { BUDGETS, SWEEP_DOLLARS } from './bench/cost/budgets.ts'
import {
  dispatchedCalls,
  type Measured,
  pulledCalls,
  REFERENCE,
  sqsRequestsOf,
} from './bench/cost/extrapolate.ts'
import { figuresOf } from './bench/cost/figures.ts'
import { maxUsageOf, type Recorded, renderCosts } from './bench/cost/page.ts'
import { measureCosts, readRecorded } from './bench/cost/run.ts'
import { measuredPart } from './bench/markers.ts'

let measured: Measured
let recorded: Recorded
beforeAll(async () => {
  measured = await measureCosts()
  recorded = await readRecorded()
})

describe('a call stays within its budget of DynamoDB units', () => {
  it.each(Object.entries(BUDGETS))('%s', (name, budget) => {
    const { write, index, read } = maxUsageOf(measured, name)
    expect(write + index).toBeLessThanOrEqual(budget.write)
    expect(read).toBeLessThanOrEqual(budget.read)
  })

  it('finishing a trial that is not the best needs at most three writes', () => {
    const writes = measured.pulled.usages.get('finish')?.map(({ write }) => write)
    expect(Math.min(...(writes ?? []))).toBe(3)
  })

  it('every call has a budget', () => {
    const { pulled, dispatched, single } = measured
    const names = [pulled, dispatched, single].flatMap(({ usages }) => [...usages.keys()])
    expect([...new Set(names)].sort()).toEqual(Object.keys(BUDGETS).sort())
  })
})

describe(`1,000 trials × 1,000 steps × 5 metrics cost at most $${SWEEP_DOLLARS}`, () => {
  it('with agents that request trials', () => {
    const bill = billOf(pulledCalls(measured, recorded.milliseconds, REFERENCE))
    expect(totalOf(bill)).toBeLessThanOrEqual(SWEEP_DOLLARS)
  })

  it('with agent functions behind a queue', () => {
    const calls = dispatchedCalls(measured, recorded.milliseconds, REFERENCE)
    expect(totalOf(billOf(calls, sqsRequestsOf(REFERENCE)))).toBeLessThanOrEqual(SWEEP_DOLLARS)
  })
})

it('`chimney cost` uses the measured figures, and returns the same total', () => {
  expect(figures).toEqual(JSON.parse(JSON.stringify(figuresOf(measured, recorded.milliseconds))))
  const { trials, steps, agents, stepsPerCall: stepsPerRequest } = REFERENCE
  const plan = { trials, steps, agents, metrics: 5, stepsPerSecond: 5, stepsPerRequest }
  const exact = totalOf(billOf(pulledCalls(measured, recorded.milliseconds, REFERENCE)))
  expect(totalOf(estimate(plan).charges) / exact).toBeGreaterThan(0.93)
  expect(totalOf(estimate(plan).charges) / exact).toBeLessThan(1.07)
})

// When this fails and the others pass: npm run bench -- cost --write
it('docs/costs.md has the measured figures', async () => {
  const page = await readFile(new URL('../docs/costs.md', import.meta.url), 'utf8')
  expect(measuredPart(page)).toBe(renderCosts(measured, recorded))
})
