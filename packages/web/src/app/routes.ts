import type { ConfigChange } from '@chimney/core/schema/api/diagnosis'

/** The URLs are those of W&B, because the W&B client builds and prints its own links. */
export type Route =
  | { readonly page: 'home' | 'authorize' | 'settings' | 'unknown' }
  | { readonly page: 'entity'; readonly entity: string }
  | {
      readonly page: 'project' | 'sweeps' | 'new-sweep' | 'compare'
      readonly entity: string
      readonly project: string
    }
  | { readonly page: 'sweep'; readonly entity: string; readonly project: string; readonly sweep: string }
  | { readonly page: 'run'; readonly entity: string; readonly project: string; readonly run: string }

export function routeOf(path: string): Route {
  let parts: string[]
  try {
    parts = path.split('/').filter(Boolean).map(decodeURIComponent)
  } catch {
    return { page: 'unknown' }
  }
  const [entity, project, kind, id] = parts
  if (entity === undefined || entity === 'login') return { page: 'home' }
  if (project === undefined) {
    if (entity === 'authorize' || entity === 'settings') return { page: entity }
    return { page: 'entity', entity }
  }
  if (kind === undefined || kind === 'overview' || kind === 'workspace')
    return { page: 'project', entity, project }
  if (kind === 'sweeps')
    return id === undefined
      ? { page: 'sweeps', entity, project }
      : { page: 'sweep', entity, project, sweep: id }
  // Artifacts, groups and registries have no pages; the client prints links to them.
  if (kind === 'artifacts' || kind === 'groups' || project === 'registry')
    return project === 'registry' ? { page: 'entity', entity } : { page: 'project', entity, project }
  if (kind === 'runs')
    return id === undefined ? { page: 'project', entity, project } : { page: 'run', entity, project, run: id }
  if (kind === 'new-sweep') return { page: kind, entity, project }
  if (kind === 'compare') return { page: 'compare', entity, project }
  return { page: 'unknown' }
}

const urlOf = (...parts: readonly string[]) => `/${parts.map(encodeURIComponent).join('/')}`

export const entityUrl = (entity: string) => urlOf(entity)
export const projectUrl = (entity: string, project: string) => urlOf(entity, project)
export const sweepsUrl = (entity: string, project: string) => urlOf(entity, project, 'sweeps')
export const newSweepUrl = (entity: string, project: string) => urlOf(entity, project, 'new-sweep')
/** A new sweep with the config of another one after some changes. */
export const newSweepFromUrl = (
  entity: string,
  project: string,
  sweep: string,
  changes: readonly ConfigChange[] = [],
) => {
  const query = new URLSearchParams({ from: sweep })
  if (changes.length > 0) query.set('changes', JSON.stringify(changes))
  return `${newSweepUrl(entity, project)}?${query}`
}
export const sweepUrl = (entity: string, project: string, sweep: string) =>
  urlOf(entity, project, 'sweeps', sweep)
export const runUrl = (entity: string, project: string, run: string) => urlOf(entity, project, 'runs', run)
export const compareUrl = (entity: string, project: string, runs: readonly string[]) =>
  `${urlOf(entity, project, 'compare')}?runs=${runs.map(encodeURIComponent).join(',')}`
