/** A number of floating type whose value is integral or not finite, so that `1.0` and `NaN` survive JSON. */
export class Float {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
  /** Plain `JSON.stringify` sees a number where JSON has one, and W&B's words where it has none. */
  toJSON(): number | string {
    return Number.isFinite(this.value) ? this.value : String(this.value)
  }
}

export type Json =
  | null
  | boolean
  | number
  | string
  | Float
  | readonly Json[]
  | { readonly [key: string]: Json }
