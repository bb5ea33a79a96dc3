/** A page of a list; `cursor` is opaque and belongs to the list that gave it: any other one throws `Problem('invalid', 'bad-cursor')`. */
export interface Page {
  readonly cursor?: string | undefined
  /** 1 to 1,000. */
  readonly limit: number
}

export interface Paged<T> {
  readonly items: readonly T[]
  readonly cursor?: string
}
