import { type Field, type Settings, SettingsError, StageFile } from './stage-file.ts'

/** Variables that set what a file sets now. `AWS_REGION` is AWS's own and applies where the file names no region. */
const VARIABLES: Readonly<Record<string, Field>> = {
  AWS_REGION: 'region',
  CHIMNEY_ENTITY: 'entity',
  CHIMNEY_DOMAIN: 'domain',
  CHIMNEY_DOMAIN_CERT: 'certificate',
  CHIMNEY_ALARM_EMAIL: 'alarmEmail',
  CHIMNEY_ALARM_TOPIC: 'alarmTopic',
  CHIMNEY_AGENTS: 'agents',
  CHIMNEY_TRACING: 'tracing',
}
const DEFAULTS = {
  region: 'us-east-1',
  entity: 'local',
  agents: 'stacks/agents.json',
  tracing: 'off',
} as const

type Variables = Readonly<Record<string, string | undefined>>

/** Both names, so that the data of a stage `prod` is protected too. */
const isProduction = (stage: string): boolean => stage === 'production' || stage === 'prod'

/**
 * The settings of a stage from its file (`text`, undefined when there is none) and defaults. Throws {@link SettingsError} for a
 * file that is not valid, for production without a file, and for variables that contradict the file.
 */
export function settingsOf(
  stage: string,
  file: string,
  text: string | undefined,
  variables: Variables,
): Settings {
  const production = isProduction(stage)
  if (text === undefined && production) throw new SettingsError(noFile(stage, file, variables))
  const fields = text === undefined ? {} : parse(file, text)
  if (production) requireFields(file, fields, variables)
  refuseVariables(file, text !== undefined, fields, variables)
  return {
    ...fields,
    region: fields.region ?? (variables.AWS_REGION || DEFAULTS.region),
    entity: fields.entity ?? DEFAULTS.entity,
    agents: fields.agents ?? DEFAULTS.agents,
    tracing: fields.tracing ?? DEFAULTS.tracing,
    stage,
    file,
    fileExists: text !== undefined,
    production,
  }
}

function parse(file: string, text: string): StageFile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new SettingsError(`${file} is not JSON: ${(error as Error).message}`)
  }
  const parsed = StageFile.safeParse(json)
  if (parsed.success) return parsed.data
  const known = Object.keys(StageFile.shape).join(', ')
  const wrong = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `"${key}" is no setting; the settings are ${known}`)
      : [`${issue.path.length > 0 ? `"${issue.path.join('.')}" ` : ''}${issue.message}`],
  )
  throw new SettingsError(`${file} is not valid.\n${wrong.map((line) => `  ${line}`).join('\n')}`)
}

/** What the variables say, as fields of a file. */
const fromVariables = (variables: Variables): StageFile =>
  Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([name, field]) => (variables[name] ? [[field, variables[name]]] : [])),
  )

function noFile(stage: string, file: string, variables: Variables): string {
  const { region, entity } = DEFAULTS
  const proposal = { region, entity, ...fromVariables(variables) }
  return `There is no ${file}. Write it and commit it, so that every deployment of ${stage} has the same settings; for example:
${JSON.stringify(proposal, undefined, 2)}
docs/deploy.md lists all settings.`
}

function requireFields(file: string, fields: StageFile, variables: Variables): void {
  const proposal = { ...DEFAULTS, ...fromVariables(variables) }
  for (const field of ['region', 'entity'] as const)
    if (fields[field] === undefined)
      throw new SettingsError(
        `${file} has no "${field}", which production must name, because it cannot change later without loss. Add for example "${field}": "${proposal[field]}".`,
      )
}

function refuseVariables(file: string, exists: boolean, fields: StageFile, variables: Variables): void {
  const wrong = Object.entries(VARIABLES).flatMap(([name, field]) => {
    const [value, own] = [variables[name], fields[field]]
    if (!value || value === own || (name === 'AWS_REGION' && own === undefined)) return []
    const has = !exists
      ? 'does not exist'
      : own === undefined
        ? `has no "${field}"`
        : `has "${field}": "${own}"`
    return [
      `${name} is ${value}, but settings come from ${file}, which ${has}. Write "${field}": "${value}" into that file, or unset the variable: env -u ${name} npx sst …`,
    ]
  })
  if (wrong.length > 0) throw new SettingsError(wrong.join('\n'))
}

/** Printed before a deployment. */
export function describeSettings(settings: Settings): string {
  const { stage, file, fileExists, region, account, entity, domain, certificate, agents, tracing } = settings
  const lines = {
    region,
    account: account ?? 'that of the credentials',
    entity,
    domain: domain === undefined ? 'none' : certificate === undefined ? domain : `${domain} (${certificate})`,
    alarms: settings.alarmEmail ?? settings.alarmTopic ?? 'none',
    agents,
    tracing,
  }
  const source = fileExists ? `from ${file}` : `defaults; ${file} does not exist`
  return [
    `Settings of ${stage} (${source}):`,
    ...Object.entries(lines).map(([name, value]) => `  ${name.padEnd(8)} ${value}`),
  ].join('\n')
}
