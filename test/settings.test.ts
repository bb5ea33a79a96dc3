import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkChanges, type Deployed, deployedBy } from '../stacks/settings/changes.ts'
import { describeSettings, settingsOf } from '../stacks/settings/settings.ts'
import { STAGE_FOLDER } from '../stacks/settings/stage-folder.ts'

const FILE = 'stacks/stages/production.json'
const FULL = {
  region: 'eu-central-1',
  account: '123456789012',
  entity: 'acme',
  domain: 'sweeps.example.org',
  certificate: 'arn:aws:acm:eu-central-1:123456789012:certificate/1',
  alarmEmail: 'ops@example.org',
  agents: 'stacks/agents.json',
  tracing: 'xray',
} as const
const production = (file: object | string | undefined, variables: Record<string, string> = {}) =>
  settingsOf('production', FILE, typeof file === 'object' ? JSON.stringify(file) : file, variables)

describe('the settings of a stage', () => {
  it('are those of its file', () => {
    expect(production(FULL)).toEqual({
      ...FULL,
      stage: 'production',
      file: FILE,
      fileExists: true,
      production: true,
    })
  })

  it('are defaults without a file, and AWS’s variable chooses the region', () => {
    const alice = settingsOf('alice', 'stacks/stages/alice.json', undefined, { AWS_REGION: 'eu-west-1' })
    expect(alice).toMatchObject({
      region: 'eu-west-1',
      entity: 'local',
      production: false,
      fileExists: false,
    })
    expect(settingsOf('alice', 'a.json', undefined, {}).region).toBe('us-east-1')
  })

  it.each(['production', 'prod'])('of %s need a file; the refusal has one to copy', (stage) => {
    const file = `stacks/stages/${stage}.json`
    const refuse = () => settingsOf(stage, file, undefined, { CHIMNEY_DOMAIN: 'sweeps.example.org' })
    expect(refuse).toThrow(`There is no ${file}. Write it and commit it`)
    let message = ''
    try {
      refuse()
    } catch (error) {
      message = (error as Error).message
    }
    const proposal = message.slice(message.indexOf('{'), message.lastIndexOf('}') + 1)
    expect(settingsOf(stage, file, proposal, {})).toMatchObject({
      domain: 'sweeps.example.org',
      entity: 'local',
    })
  })

  it.each([
    [
      'an unknown field',
      { ...FULL, regoin: 'x' },
      '"regoin" is no setting; the settings are region, account,',
    ],
    [
      'a wrong value',
      { ...FULL, region: 'Frankfurt' },
      '"region" must be an AWS region, such as eu-central-1',
    ],
    ['a reserved entity', { ...FULL, entity: 'v1' }, '"entity" entity must not be a reserved word'],
    [
      'a certificate without a domain',
      { region: 'us-east-1', entity: 'a', certificate: FULL.certificate },
      'add "domain"',
    ],
    [
      'two targets of alarms',
      { ...FULL, alarmTopic: 'arn:aws:sns:eu-central-1:1:ops' },
      'keep one of the two',
    ],
    ['production without an entity', { region: 'us-east-1' }, 'Add for example "entity": "local"'],
    ['production without a region', { entity: 'acme' }, 'Add for example "region": "us-east-1"'],
    ['no JSON', '{', 'is not JSON'],
  ])('are refused with %s, in a sentence that names the file', (_, file, sentence) => {
    expect(() => production(file)).toThrow(sentence)
    expect(() => production(file)).toThrow(FILE)
  })

  it.each([
    [
      'CHIMNEY_DOMAIN',
      'other.example.org',
      'which has "domain": "sweeps.example.org". Write "domain": "other.example.org"',
    ],
    [
      'CHIMNEY_ALARM_TOPIC',
      'arn:aws:sns:x',
      'which has no "alarmTopic". Write "alarmTopic": "arn:aws:sns:x" into that file',
    ],
    ['AWS_REGION', 'us-east-1', 'which has "region": "eu-central-1"'],
  ])('are not changed by %s', (name, value, sentence) => {
    expect(() => production(FULL, { [name]: value })).toThrow(sentence)
    expect(() => production(FULL, { [name]: value })).toThrow(`env -u ${name} npx sst`)
  })

  it('agree with a variable of the same value, and with one that is empty', () => {
    const same = { CHIMNEY_DOMAIN: FULL.domain, AWS_REGION: FULL.region, CHIMNEY_ENTITY: '' }
    expect(production(FULL, same)).toEqual(production(FULL))
  })

  it('are refused without a file when a variable sets what a file sets now', () => {
    expect(() =>
      settingsOf('alice', 'stacks/stages/alice.json', undefined, { CHIMNEY_TRACING: 'xray' }),
    ).toThrow(
      'CHIMNEY_TRACING is xray, but settings come from stacks/stages/alice.json, which does not exist. Write "tracing": "xray"',
    )
  })

  it('are printed', () => {
    expect(describeSettings(production(FULL))).toBe(`Settings of production (from ${FILE}):
  region   eu-central-1
  account  123456789012
  entity   acme
  domain   sweeps.example.org (${FULL.certificate})
  alarms   ops@example.org
  agents   stacks/agents.json
  tracing  xray`)
  })

  it.each([STAGE_FOLDER, 'test/stacks/stages'])('of every stage in %s are valid', (folder) => {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json')))
      settingsOf(file.replace(/\.json$/, ''), file, readFileSync(`${folder}/${file}`, 'utf8'), {})
  })
})

describe('a deployment of production', () => {
  const before = deployedBy(production(FULL), ['digits', 'net'])
  const check = (now: Partial<Deployed>, consent = '', last: Deployed | undefined = before) =>
    checkChanges(production(FULL), last, { ...before, ...now }, consent)

  it('with the same settings passes, and so does one that adds', () => {
    check({})
    check({ agents: ['another', 'digits', 'net'] })
    check({ domain: 'new.example.org', alarms: 'a@example.org' }, '', {
      ...before,
      domain: null,
      alarms: null,
    })
  })

  it.each([
    ['entity', { entity: 'local' }, 'the entity changes from acme to local'],
    ['domain', { domain: null }, 'the domain sweeps.example.org is removed'],
    ['domain', { domain: 'b.example.org' }, 'the domain sweeps.example.org changes to b.example.org'],
    ['alarms', { alarms: null }, 'alarms no longer go to ops@example.org, but to no address'],
    ['alarms', { alarms: 'b@example.org' }, 'alarms go to b@example.org instead of ops@example.org'],
    ['agents', { agents: ['net'] }, 'the agent functions digits are removed, with their queues'],
  ] as const)('that changes %s is refused, unless CHIMNEY_CHANGE names it', (name, now, sentence) => {
    expect(() => check(now)).toThrow(sentence)
    expect(() => check(now)).toThrow(`CHIMNEY_CHANGE=${name} npx sst deploy --stage production`)
    expect(() => check(now)).toThrow(`Correct ${FILE}`)
    check(now, name)
  })

  it('that changes several names all of them, and needs consent to each', () => {
    const now = { domain: null, alarms: null }
    expect(() => check(now)).toThrow('CHIMNEY_CHANGE=domain,alarms npx')
    expect(() => check(now, 'domain')).toThrow('CHIMNEY_CHANGE=domain,alarms npx')
    check(now, 'domain,alarms')
  })

  it('where none is recorded is refused: it may be the wrong region or account', () => {
    const first = (consent: string) => checkChanges(production(FULL), undefined, before, consent)
    expect(() => first('')).toThrow('no deployment of production is recorded in eu-central-1 of this account')
    expect(() => first('')).toThrow('CHIMNEY_CHANGE=new npx sst deploy --stage production')
    first('new')
  })

  it.each(['domain', 'new', 'everything'])(
    'refuses the consent %s when there is no such change',
    (consent) => {
      expect(() => check({}, consent)).toThrow(`CHIMNEY_CHANGE names ${consent}, but`)
    },
  )
})
