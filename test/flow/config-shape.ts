/** A shape of a sweep config that people publish, in our words. */

export interface Shape {
  readonly title: string
  /** YAML; the JSON that is sent as well has the same values. */
  readonly config: string
  /** Paths of the errors, in order. Absent for a config that is accepted. */
  readonly refused?: readonly string[]
  /** A part of each warning, in order. */
  readonly warns?: readonly string[]
  /** How many of the warnings are harmless and not shown by the W&B client. */
  readonly notes?: number
  /** A part of the effective config. */
  readonly means?: object
  /** The warnings are about YAML, so JSON has none. */
  readonly yaml?: true
}

export const range = 'lr: {min: 0.001, max: 0.1}'
/** A config of one real range, with more lines. */
export const plain = (lines = '', method = 'random') => `method: ${method}\nparameters:\n  ${range}\n${lines}`
/** A config with this parameter beside a real range. */
export const one = (parameter: string, method = 'random') =>
  `method: ${method}\nparameters:\n  ${range}\n  a: ${parameter}\n`
export const metric = 'metric: {name: loss, goal: minimize}\n'
export const parameter = (config: object) => ({ parameters: { a: config } })
