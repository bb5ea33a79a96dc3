/** Charts of `wandb.plot.*`: a table of the history, and a panel of the config that says how it is drawn. */
export interface RunChart {
  readonly key: string
  /** Key of the table in the history. */
  readonly table: string
  /** Such as `wandb/line/v0`. */
  readonly definition: string
  /** The column of each role. */
  readonly fields: Readonly<Record<string, string>>
  readonly title: string | undefined
  readonly strings: Readonly<Record<string, string>>
}

export function chartsOf(charts: Readonly<Record<string, unknown>>): readonly RunChart[] {
  return Object.entries(charts).flatMap(([key, entry]): RunChart[] => {
    const config = (entry as { panel_config?: Record<string, unknown> } | null)?.panel_config
    const table = tableKeyOf(config?.userQuery, MAX_DEPTH)
    if (!config || table === undefined || typeof config.panelDefId !== 'string') return []
    const strings = textsOf(config.stringSettings)
    return [
      {
        key,
        table,
        definition: config.panelDefId,
        fields: textsOf(config.fieldSettings),
        title: strings.title || undefined,
        strings,
      },
    ]
  })
}

const MAX_DEPTH = 12

/** The argument `tableKey` of the query that W&B's pages send. */
function tableKeyOf(node: unknown, depth: number): string | undefined {
  if (typeof node !== 'object' || node === null || depth === 0) return undefined
  const { name, value } = node as { name?: unknown; value?: unknown }
  if (name === 'tableKey' && typeof value === 'string') return value
  for (const child of Object.values(node)) {
    const found = tableKeyOf(child, depth - 1)
    if (found !== undefined) return found
  }
  return undefined
}

const textsOf = (given: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries((given ?? {}) as object).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
