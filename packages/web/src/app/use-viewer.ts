import type { Viewer } from '@chimney/core/schema/api/keys'
import { useQuery } from '@tanstack/react-query'
import { getViewer } from '../api/endpoints.ts'
import { readOnly } from './share-link.ts'

const STALE_MS = 60_000

export const useViewerQuery = () =>
  useQuery({ queryKey: ['viewer'], queryFn: getViewer, staleTime: STALE_MS, enabled: !readOnly })

/** Who is signed in; undefined with a share link. */
export const useViewer = (): Viewer | undefined => useViewerQuery().data

/** Whether the key may change what the page shows: pages have no buttons that would be refused. */
export function useCanWrite(): boolean {
  const scope = useViewer()?.scope
  return scope === 'write' || scope === 'admin'
}
