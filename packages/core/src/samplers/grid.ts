import { Problem } from '../schema/problem.ts'
import { allowedCells } from '../space/constraints/allowed-cells.ts'
import type { Space } from '../space/space.ts'
import { finiteSampler } from './finite.ts'
import { gridAxis, gridIssues } from './grid-axis.ts'
import { counting } from './orders.ts'
import type { Sampler } from './sampler.ts'

/**
 * Every combination once, in W&B's order: parameters by name, the last one varies fastest. A cell is computed from its
 * number; nothing is compared with what ran before. Cells that constraints forbid have no number. Throws
 * `Problem('invalid', 'invalid-sweep-config')` when a parameter has no list of values, or when there are constraints and
 * too many cells to check.
 */
export function grid(space: Space): Sampler {
  const axes = space.dimensions.map(gridAxis)
  const issues = gridIssues(space)
  if (issues.length > 0) {
    throw new Problem('invalid', 'invalid-sweep-config', issues[0]!.message, { issues })
  }
  const cells = allowedCells(space, axes)
  const total = Number.isFinite(cells.size) ? ` of ${cells.size}` : ''
  return finiteSampler({
    cells,
    counted: axes,
    order: () => counting,
    suggestedBy: (cell) => ({ arm: 'grid', why: `cell ${cell + 1}${total}` }),
  })
}
