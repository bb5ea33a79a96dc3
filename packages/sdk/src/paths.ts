import { ChimneyError } from './error.ts'

/** What a short path is completed with. */
export interface Home {
  readonly entity: string | undefined
  readonly project: string | undefined
}

export interface ThingPath {
  readonly entity: string
  readonly project: string
  /** A sweep's or a run's id. */
  readonly id: string
}

/** Reads `entity/project/id`, `project/id` or `id`. A missing part is `bad-path`, which says how to give it. */
export const readPath = (path: string, home: Home, what: 'sweep' | 'run'): ThingPath => {
  const parts = split(path)
  const id = parts.pop()
  const project = parts.pop() ?? home.project
  const entity = parts.pop() ?? home.entity
  if (!id || parts.length > 0) throw badPath(path, `give ENTITY/PROJECT/${what.toUpperCase()}`)
  if (!project) throw badPath(path, `give PROJECT/${what.toUpperCase()}, or set CHIMNEY_PROJECT`)
  if (!entity) throw badPath(path, `give ENTITY/PROJECT/${what.toUpperCase()}, or run \`chimney login\``)
  return { entity, project, id }
}

/** Reads `entity/project`, `project`, or nothing when the home has a project. */
export const readProject = (path: string | undefined, home: Home): Omit<ThingPath, 'id'> => {
  const parts = path === undefined ? [] : split(path)
  const project = parts.pop() ?? home.project
  const entity = parts.pop() ?? home.entity
  if (parts.length > 0) throw badPath(path ?? '', 'give ENTITY/PROJECT')
  if (!project) throw badPath(path ?? '', 'name a project, or set CHIMNEY_PROJECT')
  if (!entity) throw badPath(path ?? '', 'give ENTITY/PROJECT, or run `chimney login`')
  return { entity, project }
}

export const projectRoute = ({ entity, project }: Omit<ThingPath, 'id'>): string =>
  `/v1/${encodeURIComponent(entity)}/${encodeURIComponent(project)}`
export const sweepRoute = (path: ThingPath): string =>
  `${projectRoute(path)}/sweeps/${encodeURIComponent(path.id)}`
export const runRoute = (path: ThingPath): string =>
  `${projectRoute(path)}/runs/${encodeURIComponent(path.id)}`

const split = (path: string): string[] => {
  const parts = path.split('/')
  // `.` and `..` would be resolved away by the URL parser and reach another route.
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    throw badPath(path, 'it has an empty, "." or ".." part')
  return parts
}

const badPath = (path: string, wayOut: string) =>
  new ChimneyError('bad-path', `"${path}" is no full path: ${wayOut}`)
