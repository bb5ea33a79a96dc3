import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contributions, dominates, frontRanks, hypervolume, paretoFront } from './pareto.ts'

const points = (objectives: number, most = 12) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: objectives, maxLength: objectives }), {
    minLength: 1,
    maxLength: most,
  })

/** Counts unit cubes: exact for integers. */
function cubes(list: readonly (readonly number[])[], edge: number, objectives: number): number {
  let count = 0
  for (let cell = 0; cell < edge ** objectives; cell++) {
    const corner = Array.from({ length: objectives }, (_, m) => Math.floor(cell / edge ** m) % edge)
    if (list.some((point) => point.every((x, m) => x <= corner[m]!))) count++
  }
  return count
}

describe('the Pareto front', () => {
  it('holds exactly the points that no other one dominates', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((m) => points(m)),
        (list) => {
          const front = list.flatMap((point, i) => (list.some((other) => dominates(other, point)) ? [] : [i]))
          expect(paretoFront(list)).toEqual(front)
        },
      ),
    )
  })

  it('comes in layers, each dominated by the one before', () => {
    fc.assert(
      fc.property(points(3), (list) => {
        const ranks = frontRanks(list)
        for (const [i, point] of list.entries()) {
          const above = list.flatMap((other, j) => (dominates(other, point) ? [ranks[j]!] : []))
          expect(ranks[i]).toBe(above.length === 0 ? 0 : Math.max(...above) + 1)
        }
      }),
    )
  })
})

describe('the hypervolume', () => {
  it.each([1, 2, 3, 4])('of points in %i objectives is what counting cubes says', (objectives) => {
    fc.assert(
      fc.property(points(objectives), (list) => {
        const volume = hypervolume(list, new Array(objectives).fill(5))
        expect(volume).toBe(cubes(list, 5, objectives))
      }),
      { numRuns: 60 },
    )
  })

  it('is divided among the points by what is lost without them', () => {
    expect(
      contributions(
        [
          [0, 2],
          [1, 1],
          [1, 1.5],
          [4, 4],
        ],
        [3, 3],
      ),
    ).toEqual([1, 1, 0, 0])
  })
})
