import type { Rng } from '../math/rng.ts'
import type { Space } from './space.ts'

/** The stream of a trial's random draws from the distributions. */
export const DRAW_STREAM = 1

/**
 * One quantile per dimension. Every dimension but constants consumes one draw, even where it does not exist, so that conditions
 * do not change other parameters.
 */
export const drawQuantiles = (space: Space, rng: Rng): readonly number[] =>
  space.dimensions.map(({ kind }) => (kind === 'constant' ? 0.5 : rng.uniform()))
