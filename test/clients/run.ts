/**
 * Generates clients from the OpenAPI document, compiles them and runs a sweep with each against `npm start`; imports studies that Optuna
 * wrote; then Schemathesis sends requests that are valid by the document. Needs Go and Python 3.11.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findPython } from '../wandb/python.ts'
import { KEY, type Server, startServer } from '../wandb/server.ts'
import { command } from './command.ts'
import { importOptuna } from './optuna.ts'
import { runTypescriptClient } from './typescript.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const TOOLS = fileURLToPath(new URL('../../.venv/clients/', import.meta.url))
const PYTHON_BIN = join(TOOLS, 'python/bin')
const OAPI_CODEGEN = 'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2'
/** Of Schemathesis. */
const SEED = 7
const MAX_EXAMPLES = 30
const MAX_SECONDS = 120

interface Context {
  readonly server: Server
  readonly folder: string
  /** File of the OpenAPI document. */
  readonly document: string
  /** Environment of the programs. */
  readonly env: Readonly<Record<string, string>>
}

const installPython = async () => {
  await command([findPython(), '-m', 'venv', '--clear', join(TOOLS, 'python')])
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input']
  await command([join(PYTHON_BIN, 'python'), ...pip, '-r', join(HERE, 'python/requirements.txt')])
}

const typescript = ({ server: { url }, document }: Context) =>
  runTypescriptClient({ url, key: KEY }, document)

async function go({ folder, document, env }: Context): Promise<string> {
  await command(['go', 'install', OAPI_CODEGEN], { env: { GOBIN: TOOLS } })
  const cwd = join(folder, 'go')
  cpSync(join(HERE, 'go'), cwd, { recursive: true })
  mkdirSync(join(cwd, 'api'))
  const generate = ['-package', 'api', '-generate', 'types,client', '-o', 'api/api.go', document]
  await command([join(TOOLS, 'oapi-codegen'), ...generate], { cwd })
  await command(['go', 'vet', './...'], { cwd })
  return command(['go', 'run', '.'], { cwd, env })
}

async function python({ folder, document, env }: Context): Promise<string> {
  const output = join(folder, 'python')
  const generate = ['generate', '--path', document, '--output-path', output]
  const log = await command([join(PYTHON_BIN, 'openapi-python-client'), ...generate])
  const warnings = log.split('WARNING').slice(1)
  // The generator has no YAML bodies; the JSON body of the same route remains.
  const unexpected = warnings.filter(
    (warning) => !warning.includes('Unsupported content type application/yaml'),
  )
  if (unexpected.length > 0 || log.includes('Unable to process')) throw new Error(log)
  return command([join(PYTHON_BIN, 'python'), join(HERE, 'python/sweep.py')], {
    env: { ...env, PYTHONPATH: output },
  })
}

const optuna = ({ folder, env }: Context) => importOptuna({ python: join(PYTHON_BIN, 'python'), folder, env })

/** Fails for responses that the document does not describe, and for valid requests that are refused. */
async function schemathesis({ server, folder, env }: Context): Promise<string> {
  const config = { method: 'random', metric: { name: 'loss' }, parameters: { lr: { min: 0.0, max: 1.5 } } }
  const { id } = await server.send('POST', '/v1/local/fuzz/sweeps', config)
  await server.send('POST', `/v1/local/fuzz/sweeps/${id}/trials`)
  const names = { entity: 'local', project: 'fuzz', sweep: id, run: `${id}-1`, agent: 'digits', number: '1' }
  const lines = Object.entries(names).map(([name, value]) => `"path.${name}" = "${value}"`)
  writeFileSync(join(folder, 'schemathesis.toml'), `[parameters]\n${lines.join('\n')}\n`)
  const log = await command(
    [
      join(PYTHON_BIN, 'schemathesis'),
      'run',
      `${server.url}/openapi.json`,
      ...['--header', `Authorization: Bearer ${KEY}`],
      ...['--mode', 'positive', '--seed', String(SEED), '--max-examples', String(MAX_EXAMPLES)],
      ...['--max-time', String(MAX_SECONDS), '--exclude-method', 'DELETE'],
      // A restored backup of 1,000 items takes longer than the default of 10 seconds on a busy machine.
      ...['--request-timeout', '60'],
      ...['--phases', 'examples,coverage,fuzzing', '--no-color'],
      '--checks',
      'not_a_server_error,status_code_conformance,response_schema_conformance,accepts_valid_requests',
    ],
    { cwd: folder, env: { ...env, SCHEMATHESIS_HOOKS: 'refusals', PYTHONPATH: join(HERE, 'python') } },
  )
  return /\d+ generated, .*/.exec(log)?.[0] ?? log
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'chimney-clients-'))
  let server: Server | undefined
  let failed = 0
  const steps = { typescript, go, python, optuna, schemathesis }
  try {
    await command(['go', 'version'])
    mkdirSync(TOOLS, { recursive: true })
    if (!['schemathesis', 'optuna'].every((name) => existsSync(join(PYTHON_BIN, name)))) await installPython()
    server = await startServer(join(folder, 'data'))
    const document = join(folder, 'openapi.json')
    writeFileSync(document, JSON.stringify(await server.get('/openapi.json')))
    const env = { CHIMNEY_URL: server.url, CHIMNEY_API_KEY: KEY }
    for (const [name, step] of Object.entries(steps))
      try {
        console.log(`works  ${name}: ${(await step({ server, folder, document, env })).trim()}`)
      } catch (error) {
        failed++
        console.log(`fails  ${name}: ${error instanceof Error ? error.message : error}`)
      }
  } finally {
    await server?.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(`${Object.keys(steps).length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    console.log('0 passed, 1 failed')
    process.exit(1)
  },
)
