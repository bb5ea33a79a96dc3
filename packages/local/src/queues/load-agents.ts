import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AgentName } from '@chimney/core/schema/names'
import { loadOnce } from '@chimney/server/load-once'
import * as z from 'zod'
import { CloudError, codeOf } from '../cloud-error.ts'
import type { SqsHandler } from './lambda-types.ts'
import type { LocalAgent } from './local-agent.ts'

/** `stacks/agents.json`: the deployed agent functions. Keys that only the deployment reads are ignored. */
const AgentsFile = z.array(
  z.object({
    name: AgentName,
    /** Path from the root of the repository without its extension, a dot, and the name of the export. */
    handler: z
      .string()
      .regex(/^[^.].*\.[A-Za-z_$][\w$]*$/, 'must be a path, a dot, and the name of an export'),
    timeoutSeconds: z.number().int().min(1).max(900),
    memoryMb: z.number().int().min(128).max(10_240).optional(),
    batchSize: z.number().int().min(1).max(10),
    concurrency: z.number().int().min(1).max(1_000),
  }),
)

const EXTENSIONS = ['.ts', '.js', '.mjs']

/**
 * The agent functions of the repository at `root`; none without `stacks/agents.json`. A handler is loaded with its first
 * record, as in Lambda, so that a broken one does not affect the others. Throws {@link CloudError}.
 */
export const loadAgents = async (root: string): Promise<readonly LocalAgent[]> => {
  const file = join(root, 'stacks/agents.json')
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
  return parseAgents(text, file).map(({ handler, ...agent }) => ({
    ...agent,
    handler: lazyHandler(root, handler),
  }))
}

const parseAgents = (text: string, file: string) => {
  try {
    return AgentsFile.parse(JSON.parse(text))
  } catch (error) {
    const wrong =
      error instanceof z.ZodError
        ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
        : String(error)
    throw new CloudError(`${file} cannot be read: ${wrong}.`)
  }
}

const lazyHandler = (root: string, handler: string): SqsHandler => {
  const load = loadOnce(() => loadHandler(root, handler))
  return async (event, context) => (await load())(event, context)
}

/** Sources run in tsx, which loads TypeScript. The built service loads it with the first such handler. */
const loadTypeScript = loadOnce(async () => {
  if (!import.meta.url.endsWith('.ts')) (await import('tsx/esm/api')).register()
})

const loadHandler = async (root: string, handler: string): Promise<SqsHandler> => {
  const dot = handler.lastIndexOf('.')
  const path = join(root, handler.slice(0, dot))
  for (const extension of EXTENSIONS) {
    const exists = await access(path + extension).then(
      () => true,
      () => false,
    )
    if (!exists) continue
    if (extension === '.ts') await loadTypeScript()
    const module: Record<string, unknown> = await import(pathToFileURL(path + extension).href)
    const found = module[handler.slice(dot + 1)]
    if (typeof found === 'function') return found as SqsHandler
    throw new CloudError(`${path + extension} exports no function ${handler.slice(dot + 1)}.`)
  }
  throw new CloudError(
    `No file ${path} with one of the extensions ${EXTENSIONS.join(', ')}; check "handler" in stacks/agents.json.`,
  )
}
