import { type Issue, Problem } from '../../schema/problem.ts'
import type { SweepConfig } from '../../schema/sweep-config.ts'
import { buildSpace } from '../build-space.ts'
import type { Constraint, Point, Space } from '../space.ts'
import { allowedCells } from './allowed-cells.ts'
import { type Compiled, compile } from './compile.ts'
import { ExpressionError, parseExpression } from './expression.ts'

/** UTF-16 units of all expressions together. A hand-out may check some thousand points, each in a time of this order. */
const MAX_LENGTH = 4_000

/** The space of a config, with its `constraints_on_parameters`. Throws as {@link buildSpace} and {@link constrain}. */
export function spaceOf(config: Pick<SweepConfig, 'parameters' | 'constraints_on_parameters'>): Space {
  const space = buildSpace(config.parameters)
  return constrain(space, config.constraints_on_parameters ?? [])
}

/**
 * The space with constraints: only points where no expression is false belong to it. `size` is counted when it is first read.
 * Throws `Problem('invalid', 'invalid-sweep-config')` with one issue per expression that cannot be read, names what is no
 * parameter, or has wrong types.
 */
export function constrain(space: Space, texts: readonly string[]): Space {
  if (texts.length === 0) return space
  const issues: Issue[] = []
  const length = texts.reduce((sum, text) => sum + text.length, 0)
  if (length > MAX_LENGTH)
    issues.push({
      path: 'constraints_on_parameters',
      message: `the constraints have ${length} characters, more than ${MAX_LENGTH}`,
      fix: 'write fewer or shorter ones',
    })
  const constraints = texts.flatMap((text, i): Constraint[] => {
    try {
      return [constraintOf(text, compile(parseExpression(text), space), space)]
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      const path = `constraints_on_parameters.${i}`
      issues.push({ path, message: `${shortened(text)}: ${error.message}`, fix: error.fix })
      return []
    }
  })
  if (issues.length > 0)
    throw new Problem('invalid', 'invalid-sweep-config', `${issues[0]!.path}: ${issues[0]!.message}`, {
      issues,
    })
  let size: number | undefined
  return {
    ...space,
    constraints,
    get size() {
      size ??= allowedCells(this).size
      return size
    },
  }
}

const constraintOf = (text: string, { margin, dimensions }: Compiled, space: Space): Constraint => ({
  text: shortened(text),
  dimensions,
  names: dimensions.map((d) => space.dimensions[d]!.name),
  shortfall: (point: Point) => {
    const value = margin(point)
    return value < 0 ? -value : 0
  },
})

const shortened = (text: string) => (text.length > 100 ? `${text.slice(0, 97)}...` : text)
