/** Parameters that belong to a visit: which view, selected runs, zooms, the frame of a notebook. */
const OF_VISIT: ReadonlySet<string> = new Set(['view', 'runs', 'zoom', 'jupyter'])

/** The part of an address's query that a view stores, in a fixed order. */
export function stateOf(query: URLSearchParams): string {
  const state = new URLSearchParams([...query].filter(([name]) => !OF_VISIT.has(name)))
  state.sort()
  return state.toString()
}

/** Changes of the query that open a state under the name of a view; without a name, none is chosen. */
export function changesFor(
  now: URLSearchParams,
  state: string,
  view: string | undefined,
): Readonly<Record<string, string | null>> {
  const changes: Record<string, string | null> = {}
  for (const name of now.keys()) if (!OF_VISIT.has(name)) changes[name] = null
  for (const [name, value] of new URLSearchParams(state)) if (!OF_VISIT.has(name)) changes[name] = value
  return { ...changes, view: view ?? null }
}

/** Names in a parameter, separated by commas, each encoded: a name may contain a comma. */
export const namesIn = (query: URLSearchParams, parameter: string): readonly string[] =>
  (query.get(parameter) ?? '')
    .split(',')
    .filter((text) => text !== '')
    .flatMap((text) => {
      try {
        return [decodeURIComponent(text)]
      } catch {
        // Malformed percent-encoding in an edited address.
        return []
      }
    })

export const textOfNames = (names: readonly string[]): string => names.map(encodeURIComponent).join(',')
