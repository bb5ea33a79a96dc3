import { checkChanges, type Deployed, deployedBy } from './changes.ts'
import { describeSettings } from './settings.ts'
import type { Settings } from './stage-file.ts'

/**
 * Prints the settings; in production, refuses a deployment that takes away what the last one made, and records what this one
 * makes. The record is in the stage's own region and account: where there is none, the stage was never deployed. Must run before
 * anything is created.
 */
export async function guardSettings(settings: Settings, agents: readonly string[]): Promise<void> {
  console.log(describeSettings(settings))
  if (!settings.production || $dev) return
  const now = deployedBy(settings, agents)
  checkChanges(settings, await readDeployed(), now, process.env.CHIMNEY_CHANGE ?? '')
  new aws.ssm.Parameter('Settings', {
    name: `${folder()}/settings`,
    description: 'What the last deployment made; the next one compares',
    type: 'String',
    value: JSON.stringify(now),
  })
}

const folder = () => `/${$app.name}/${$app.stage}`

/** By path, because AWS's look-up of a single parameter fails when there is none. */
async function readDeployed(): Promise<Deployed | undefined> {
  const { values } = await aws.ssm.getParametersByPath({ path: folder() })
  return values[0] === undefined ? undefined : (JSON.parse(values[0]) as Deployed)
}
