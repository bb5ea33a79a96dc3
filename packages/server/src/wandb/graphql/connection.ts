import { Problem } from '@chimney/core/schema/problem'

export interface PageArgs {
  readonly after?: string | null
  readonly first?: number | null
}

export interface Connection<N> {
  readonly edges: readonly { readonly node: N; readonly cursor: string }[]
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean }
  /** Over all pages. */
  readonly totalCount: number
}

const MAX_PAGE = 1000

/** A cursor holds an item's position and identity; the identity finds the item when earlier items were added or removed. */
const cursorOf = (at: number, identity: string): string =>
  Buffer.from(`${at}:${identity}`).toString('base64url')

/** One page of an in-memory list. The last edge's cursor equals `endCursor`, since clients use either. */
export function connectionOf<T, N>(
  items: readonly T[],
  page: PageArgs,
  identity: (item: T) => string,
  node: (item: T) => N,
): Connection<N> {
  const start = page.after ? positionAfter(items, page.after, identity) : 0
  const size = Math.min(Math.max(page.first ?? MAX_PAGE, 0), MAX_PAGE)
  const edges = items
    .slice(start, start + size)
    .map((item, at) => ({ node: node(item), cursor: cursorOf(start + at, identity(item)) }))
  return {
    edges,
    pageInfo: { endCursor: edges.at(-1)?.cursor ?? null, hasNextPage: start + edges.length < items.length },
    totalCount: items.length,
  }
}

function positionAfter<T>(items: readonly T[], cursor: string, identity: (item: T) => string): number {
  const match = /^(\d{1,9}):(.*)$/s.exec(Buffer.from(cursor, 'base64url').toString('utf8'))
  if (!match) throw new Problem('invalid', 'invalid-cursor', 'the cursor does not belong to this list')
  const at = Number(match[1])
  const same = (item: T | undefined) => item !== undefined && identity(item) === match[2]
  if (same(items[at])) return at + 1
  const found = items.findIndex(same)
  return found >= 0 ? found + 1 : at
}
