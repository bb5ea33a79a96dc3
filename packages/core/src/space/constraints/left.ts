import { rngOf } from '../../math/rng.ts'
import type { Issue } from '../../schema/problem.ts'
import type { Axis } from '../cells.ts'
import { fillPoint } from '../point.ts'
import { drawQuantiles } from '../quantiles.ts'
import type { Space } from '../space.ts'
import { allowedCells } from './allowed-cells.ts'
import { ANCHOR_CHECKS, anchorsOf } from './region.ts'

const SAMPLE = 500
const SAMPLE_STREAM = 0x1ef7

/**
 * The issue that constraints leave nothing of the space. Exact up to {@link MAX_CHECKED_CELLS} points, else after so many tries that
 * a part of a two-thousandth is missed once in seven times, and less often where a distance can be followed.
 */
export function nothingLeft(space: Space, axes?: readonly Axis[]): readonly Issue[] {
  if (space.constraints === undefined) return []
  const { size } = allowedCells(space, axes)
  const exact = Number.isFinite(size)
  if (exact ? size > 0 : anchorsOf(space).length > 0) return []
  const never = neverHolding(space)
  const which = never.length > 0 ? `: ${never.join('; ')}` : ''
  return [
    {
      path: 'constraints_on_parameters',
      message: exact
        ? `no combination of the parameters satisfies all constraints${which}`
        : `no parameters that satisfy all constraints were found in ${ANCHOR_CHECKS} tries${which}`,
      fix: 'loosen the constraints, or narrow the ranges to where they hold; write abs(a - b) <= 0.01 instead of a == b for real numbers',
    },
  ]
}

/** The constraints that no point of a sample satisfies. */
function neverHolding(space: Space): readonly string[] {
  const rng = rngOf(0, 0, SAMPLE_STREAM)
  const points = Array.from({ length: SAMPLE }, () => {
    const quantiles = drawQuantiles(space, rng)
    return fillPoint(space, (dimension, d) => dimension.decode(quantiles[d]!))
  })
  return space
    .constraints!.filter(({ shortfall }) => points.every((point) => shortfall(point) > 0))
    .map(({ text }) => text)
}
