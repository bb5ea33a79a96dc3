import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { addGradient, createNetwork, evaluate } from './network.ts'

const SIZES = [5, 7, 6, 3]

it('computes the gradient of finite differences', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 31 }),
      fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0.05, max: 1, noNaN: true })), {
        minLength: 5,
        maxLength: 5,
      }),
      fc.integer({ min: 0, max: 2 }),
      (seed, pixels, label) => {
        const network = createNetwork(SIZES, seed, Float64Array)
        const image = Float64Array.from(pixels)
        // Nonzero biases: at exactly 0, ReLU has no derivative.
        for (const { biases, outputs } of network.layers)
          for (let at = 0; at < outputs; at++) network.parameters[biases + at] = 0.1 + 0.01 * at
        const gradient = new Float64Array(network.parameters.length)
        addGradient(network, image, 0, label, gradient)
        const lossWith = (at: number, shift: number) => {
          const kept = network.parameters[at]!
          network.parameters[at] = kept + shift
          const { loss } = evaluate(network, image, 0, label)
          network.parameters[at] = kept
          return loss
        }
        const step = 1e-6
        for (let at = 0; at < gradient.length; at++) {
          const slope = (lossWith(at, step) - lossWith(at, -step)) / (2 * step)
          expect(Math.abs(slope - gradient[at]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)))
        }
      },
    ),
    // A fixed seed: one in many thousand random examples lies within `step` of the kink of ReLU.
    { seed: 7, numRuns: 40 },
  )
})

it('adds up the gradients of several examples', () => {
  const network = createNetwork(SIZES, 1, Float64Array)
  const images = Float64Array.from([0.1, 0.2, 0, 0.4, 0.5, 0.9, 0, 0.7, 0.6, 0])
  const once = new Float64Array(network.parameters.length)
  const other = new Float64Array(network.parameters.length)
  const both = new Float64Array(network.parameters.length)
  addGradient(network, images, 0, 2, once)
  addGradient(network, images, 5, 0, other)
  addGradient(network, images, 0, 2, both)
  addGradient(network, images, 5, 0, both)
  both.forEach((value, at) => {
    expect(value).toBeCloseTo(once[at]! + other[at]!, 12)
  })
})

it('is deterministic in its seed', () => {
  expect(createNetwork(SIZES, 3).parameters).toEqual(createNetwork(SIZES, 3).parameters)
  expect(createNetwork(SIZES, 3).parameters).not.toEqual(createNetwork(SIZES, 4).parameters)
})

it('reports a loss of NaN when its parameters are NaN', () => {
  const network = createNetwork(SIZES, 1)
  network.parameters.fill(Number.NaN)
  expect(evaluate(network, new Float32Array(5).fill(1), 0, 0).loss).toBeNaN()
})
