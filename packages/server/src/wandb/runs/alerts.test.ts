import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestWandb, testWandb } from '../test-api.ts'

const ALERT =
  'mutation NotifyScriptableRunAlert($entityName: String!, $projectName: String!, $runName: String!, $title: String!, $text: String!, $severity: AlertSeverity = INFO, $waitDuration: Duration) { notifyScriptableRunAlert(input: {entityName: $entityName, projectName: $projectName, runName: $runName, title: $title, text: $text, severity: $severity, waitDuration: $waitDuration}) { success } }'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
  await api.init('watched')
})
afterAll(() => api.stop())

const alert = (more: object) =>
  api.ask(ALERT, {
    entityName: 'acme',
    projectName: 'digits',
    runName: 'watched',
    title: 'Low accuracy',
    text: 'below 0.5',
    severity: 'WARN',
    waitDuration: 60_000,
    ...more,
  })
const alerts = async () => (await api.call('GET', '/v1/acme/digits/runs/watched')).body.alerts

it('keeps an alert with its run, once within the time that its sender gives', async () => {
  const at = new Date(api.clock.now()).toISOString()
  expect((await alert({})).body.data.notifyScriptableRunAlert.success).toBe(true)
  await alert({ text: 'repeated' })
  expect(await alerts()).toEqual([{ at, level: 'WARN', title: 'Low accuracy', text: 'below 0.5' }])
  await alert({ title: 'Another', severity: 'ERROR' })
  api.clock.advance(60_000)
  await alert({ text: 'still low' })
  expect((await alerts()).map(({ text }: { text: string }) => text)).toEqual([
    'below 0.5',
    'below 0.5',
    'still low',
  ])
})

it('keeps the latest 20, and shortens long ones', async () => {
  for (let i = 0; i < 25; i++) await alert({ title: `title ${i}`, text: 'x'.repeat(5_000) })
  const kept = await alerts()
  expect([kept.length, kept[0].title, kept[19].title]).toEqual([20, 'title 5', 'title 24'])
  expect(kept[0].text).toMatch(/^x{999}…$/)
})

it('refuses an alert of a run that does not exist', async () => {
  expect((await alert({ runName: 'missing' })).body.errors[0].message).toMatch(/missing/)
})
