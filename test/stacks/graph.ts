import { execFileSync, spawnSync } from 'node:child_process'

/** A function that a component builds. `handler` is a path from the root; the export follows the last dot. */
export interface Build {
  readonly functionID: string
  readonly handler: string
  /** Names of the links that the function reads at run time. */
  readonly links: Readonly<Record<string, unknown>>
  readonly copyFiles: readonly { readonly from: string; readonly to?: string }[]
}

export interface Resource {
  readonly type: string
  readonly name: string
  readonly inputs: Record<string, unknown>
}

/** The resources that `sst.config.ts` deploys in one stage. */
export interface Graph {
  readonly app: Record<string, unknown>
  /** Sorted by type and name. */
  readonly resources: Resource[]
  readonly builds: Build[]
  readonly outputs: Record<string, unknown>
  /** Of `sst dev`. */
  readonly commands: { readonly title: string; readonly command: string }[]
  /** What the program prints. */
  readonly printed: string[]
}

/** Evaluates the stage in a separate process; takes about three seconds. */
export function evaluate(
  stage: string,
  mode: 'deploy' | 'dev' = 'deploy',
  variables: Readonly<Record<string, string>> = {},
): Graph {
  const output = execFileSync(process.execPath, ['--import', 'tsx', 'test/stacks/evaluate.ts', stage, mode], {
    encoding: 'utf8',
    // Settings of the developer's shell must not change the graph.
    env: { ...withoutSettings(process.env), ...variables },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(output) as Graph
}

/** What a deployer reads when the stage is refused. */
export function refusalOf(stage: string, variables: Readonly<Record<string, string>> = {}): string {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'test/stacks/evaluate.ts', stage, 'deploy'],
    { encoding: 'utf8', env: { ...withoutSettings(process.env), ...variables } },
  )
  if (status === 0) throw new Error(`${stage} is not refused`)
  return stderr
}

const withoutSettings = (variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(variables).filter(([name]) => name !== 'AWS_REGION' && !name.startsWith('CHIMNEY_')),
  )

/** The properties of the only resource with this type and name. */
export function only(graph: Graph, type: string, name: RegExp = /./): Record<string, unknown> {
  const found = ofType(graph, type).filter((resource) => name.test(resource.name))
  if (found.length !== 1) throw new Error(`expected one ${type} named ${name}, found ${found.length}`)
  return found[0]!.inputs
}

export const ofType = (graph: Graph, type: string): Resource[] =>
  graph.resources.filter((resource) => resource.type === type)

/**
 * The graph as deterministic text: without random suffixes of names, code digests, and local paths. Its diff shows a reviewer what
 * a change deploys.
 */
export function goldenOf({ app, resources, builds, outputs }: Graph): string {
  const shown = resources.filter(({ type }) => !/^(sst:|pulumi:|random:)/.test(type))
  const text = JSON.stringify({ app, resources: shown, builds, outputs }, undefined, 2)
  return `${text
    .replaceAll(`${process.cwd()}/`, '')
    .replaceAll(/(Subscriber)[A-Z][a-z]{5}(?=[A-Z" ])/g, '$1')
    .replaceAll(/-[a-z]{8}(?=["/\\:#])/g, '-*')
    .replaceAll(/code-[0-9a-f]{64}/g, 'code-*')}\n`
}
