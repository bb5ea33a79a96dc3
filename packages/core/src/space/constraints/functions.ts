/** Functions of constraints: numbers to a number. A result that is not a number makes the condition around it unknown. */
export interface NumericFunction {
  readonly call: (...values: number[]) => number
  readonly least: number
  /** Infinity: any number of arguments. */
  readonly most: number
}

const one = (call: (x: number) => number): NumericFunction => ({ call, least: 1, most: 1 })

export const FUNCTIONS: Readonly<Record<string, NumericFunction>> = {
  abs: one(Math.abs),
  ceil: one(Math.ceil),
  exp: one(Math.exp),
  floor: one(Math.floor),
  log: one(Math.log),
  log2: one(Math.log2),
  log10: one(Math.log10),
  max: { call: Math.max, least: 2, most: Number.POSITIVE_INFINITY },
  min: { call: Math.min, least: 2, most: Number.POSITIVE_INFINITY },
  round: one(Math.round),
  sqrt: one(Math.sqrt),
}
