import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Page } from '../api/endpoints.ts'

/** A list that is read page by page; `items` of all pages so far. */
export function usePages<T>(
  queryKey: readonly string[],
  read: (cursor: string | undefined) => Promise<Page<T>>,
  staleTime = 2_000,
) {
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor,
    staleTime,
  })
  const items = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data])
  return { ...pages, items }
}
