/** A page of a list; `cursor` is opaque and valid only for the list that returned it; any other throws `Problem('invalid', 'bad-cursor')`. */
export interface Page {
  readonly cursor?: string | undefined
  /** 1 to 1,000. */
  readonly limit: number
}

export interface Paged<T> {
  readonly items: readonly T[]
  readonly cursor?: string
}
