import { ChimneyError } from '../error.ts'

/** Completes short paths. */
export interface PathDefaults {
  readonly entity: string | undefined
  readonly project: string | undefined
}

export interface ProjectPath {
  readonly entity: string
  readonly project: string
}

export interface ResourcePath extends ProjectPath {
  /** Sweep id or run id. */
  readonly id: string
}

/** Reads `entity/project/id`, `project/id` or `id`. Throws `bad-path` when a part is missing. */
export const readPath = (path: string, defaults: PathDefaults, kind: 'sweep' | 'run'): ResourcePath => {
  const parts = split(path)
  const id = parts.pop()
  const project = parts.pop() ?? defaults.project
  const entity = parts.pop() ?? defaults.entity
  const name = kind.toUpperCase()
  if (!id || parts.length > 0) throw badPath(path, `use ENTITY/PROJECT/${name}`)
  if (!project) throw badPath(path, `use PROJECT/${name}, or set CHIMNEY_PROJECT`)
  if (!entity) throw badPath(path, `use ENTITY/PROJECT/${name}, or run \`chimney login\``)
  return { entity, project, id }
}

/** Reads `entity/project` or `project`; without a path, the default project. */
export const readProject = (path: string | undefined, defaults: PathDefaults): ProjectPath => {
  const parts = path === undefined ? [] : split(path)
  const project = parts.pop() ?? defaults.project
  const entity = parts.pop() ?? defaults.entity
  if (parts.length > 0) throw badPath(path ?? '', 'use ENTITY/PROJECT')
  if (!project) throw badPath(path ?? '', 'name a project, or set CHIMNEY_PROJECT')
  if (!entity) throw badPath(path ?? '', 'use ENTITY/PROJECT, or run `chimney login`')
  return { entity, project }
}

export const projectRoute = ({ entity, project }: ProjectPath): string =>
  `/v1/${encodeURIComponent(entity)}/${encodeURIComponent(project)}`
export const sweepRoute = (path: ResourcePath): string =>
  `${projectRoute(path)}/sweeps/${encodeURIComponent(path.id)}`
export const runRoute = (path: ResourcePath): string =>
  `${projectRoute(path)}/runs/${encodeURIComponent(path.id)}`

const split = (path: string): string[] => {
  const parts = path.split('/')
  // URL parsers resolve `.` and `..`, so the request would reach another route.
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    throw badPath(path, 'it contains an empty, "." or ".." segment')
  return parts
}

const badPath = (path: string, fix: string) =>
  new ChimneyError('bad-path', `"${path}" is not a full path: ${fix}`)
