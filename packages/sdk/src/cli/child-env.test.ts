import { describe, expect, it } from 'vitest'
import { wandbParams } from './child-env.ts'

describe("W&B's parameter file", () => {
  it('writes small floats so that YAML 1.1 reads numbers', () => {
    expect(wandbParams({ lr: 1e-5, deep: { b: [true, 'x: y'] } })).toBe(
      'wandb_version: 1\n"lr":\n  value: 1.0e-05\n"deep":\n  value: {"b": [true, "x: y"]}\n',
    )
  })
})
