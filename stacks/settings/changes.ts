import { type Settings, SettingsError } from './stage-file.ts'

/** What a deployment is known by, and what a later one must not take away by mistake. Stored with the deployment. */
export interface Deployed {
  readonly entity: string
  readonly domain: string | null
  /** An address or the ARN of a topic. */
  readonly alarms: string | null
  /** Names of the agent functions. */
  readonly agents: readonly string[]
}

/** Values of `CHIMNEY_CHANGE`. */
const CHANGES = ['new', 'entity', 'domain', 'alarms', 'agents'] as const
type Change = (typeof CHANGES)[number]

export const deployedBy = (settings: Settings, agents: readonly string[]): Deployed => ({
  entity: settings.entity,
  domain: settings.domain ?? null,
  alarms: settings.alarmEmail ?? settings.alarmTopic ?? null,
  agents: [...agents].sort(),
})

/**
 * Throws {@link SettingsError} when the deployment would take away or change what the last one made (`before`, undefined when
 * there was none), and `consent`, the value of `CHIMNEY_CHANGE`, does not name it. Also throws when it names something else, so
 * that no consent outlives its change.
 */
export function checkChanges(
  settings: Pick<Settings, 'stage' | 'region' | 'file'>,
  before: Deployed | undefined,
  now: Deployed,
  consent: string,
): void {
  const agreed = consent.split(',').filter((word) => word !== '')
  const losses = before === undefined ? newDeployment(settings) : lossesOf(before, now)
  const open = losses.filter(([change]) => !agreed.includes(change))
  if (open.length > 0) throw new SettingsError(refusal(settings, open, agreed))
  const idle = agreed.filter((word) => !losses.some(([change]) => change === word))
  if (idle.length > 0)
    throw new SettingsError(
      `CHIMNEY_CHANGE names ${idle.join(', ')}, but this deployment of ${settings.stage} makes no such change. Unset it; it consents to one deployment (${CHANGES.join(', ')}).`,
    )
}

type Loss = readonly [Change, string]

const newDeployment = ({ stage, region }: Pick<Settings, 'stage' | 'region'>): Loss[] => [
  [
    'new',
    `no deployment of ${stage} is recorded in ${region} of this account. If ${stage} runs in another region or account, correct "region" or the credentials: this would make a second one, without its data`,
  ],
]

function lossesOf(before: Deployed, now: Deployed): Loss[] {
  const losses: Loss[] = []
  if (before.entity !== now.entity)
    losses.push([
      'entity',
      `the entity changes from ${before.entity} to ${now.entity}: the first key would no longer have access to the data of ${before.entity}`,
    ])
  if (before.domain !== null && before.domain !== now.domain)
    losses.push([
      'domain',
      `the domain ${before.domain} ${now.domain === null ? 'is removed' : `changes to ${now.domain}`}: clients that use it lose the service`,
    ])
  if (before.alarms !== null && before.alarms !== now.alarms)
    losses.push([
      'alarms',
      now.alarms === null
        ? `alarms no longer go to ${before.alarms}, but to no address`
        : `alarms go to ${now.alarms} instead of ${before.alarms}`,
    ])
  const gone = before.agents.filter((agent) => !now.agents.includes(agent))
  if (gone.length > 0)
    losses.push(['agents', `the agent functions ${gone.join(', ')} are removed, with their queues`])
  return losses
}

function refusal(
  { stage, file }: Pick<Settings, 'stage' | 'file'>,
  open: readonly Loss[],
  agreed: readonly string[],
): string {
  const words = [...agreed, ...open.map(([change]) => change)]
  return `This deployment of ${stage} is refused:
${open.map(([, sentence]) => `  ${sentence}.`).join('\n')}
Correct ${file}, or deploy this on purpose: CHIMNEY_CHANGE=${words.join(',')} npx sst deploy --stage ${stage}`
}
