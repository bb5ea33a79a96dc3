import type { Json } from '../schema/json.ts'
import { isObject } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import { existenceOrder, exists } from './cells.ts'
import type { Dimension, Point, Space } from './space.ts'

/** The point as training code sees it: nested names become nested objects, absent dimensions are left out. */
export function paramsOf(space: Space, point: Point): Params {
  const params: { [name: string]: Json } = {}
  for (const [d, { path }] of space.dimensions.entries()) {
    const value = point[d]
    if (value === undefined) continue
    let group = params
    for (const key of path.slice(0, -1)) {
      if (!Object.hasOwn(group, key)) group[key] = {}
      group = group[key] as { [name: string]: Json }
    }
    group[path[path.length - 1]!] = value
  }
  return params
}

/** The value at the dimension's path, or undefined. */
export function valueAt(params: Params, path: readonly string[]): Json | undefined {
  let value: Json | undefined = params
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value
}

/** One value per dimension, as found in the parameters; nothing is checked. */
export const pointOf = (space: Space, params: Params): Point =>
  space.dimensions.map(({ path }) => valueAt(params, path))

/** Fills the dimensions that exist, deciding ones first, with what `draw` gives; the others stay undefined. */
export function fillPoint(space: Space, draw: (dimension: Dimension, index: number) => Json): Point {
  const point: (Json | undefined)[] = new Array(space.dimensions.length).fill(undefined)
  for (const d of existenceOrder(space.dimensions)) {
    const dimension = space.dimensions[d]!
    if (exists(dimension, (other) => point[other])) point[d] = draw(dimension, d)
  }
  return point
}
