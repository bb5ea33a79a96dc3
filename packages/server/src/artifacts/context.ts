import type { Deps } from '../deps.ts'

/** One request, of either API: what artifacts need of it. Objects of one request are read once, see `request-memo.ts`. */
export interface ArtifactContext {
  readonly deps: Pick<Deps, 'store' | 'clock' | 'files' | 'randomId'>
  readonly caller: { readonly entity: string }
}
