/** The pages of artifacts, which the client's requests logged. */
import { createHash } from 'node:crypto'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { launch, type Reader, reader, signIn, takeScreenshot, violationsOf } from './browser.ts'
import { type Service, startService } from './service.ts'

let browser: Browser
let service: Service
let now: Reader
const PROJECT = '/local/digits'
const md5 = (text: string) => Buffer.from(text.padEnd(16, '.')).toString('base64')

// biome-ignore lint/suspicious/noExplicitAny: responses of every shape
async function graphql(query: string, variables: object): Promise<any> {
  const answer = await fetch(`${service.cloud.url}/graphql`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${service.cloud.key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = await answer.json()
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}

/** Logs an artifact as the client does: draft, manifest, files, commit. Returns its id. */
async function log(name: string, run: string, files: Readonly<Record<string, string>>, more: object = {}) {
  const { createArtifact } = await graphql(
    'mutation ($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id } } }',
    {
      input: {
        entityName: 'local',
        projectName: 'digits',
        runName: run,
        artifactCollectionName: name,
        artifactTypeName: 'model',
        digest: createHash('md5').update(JSON.stringify(files)).digest('hex'),
        ...more,
      },
    },
  )
  const { id } = createArtifact.artifact
  const { createArtifactManifest } = await graphql(
    'mutation ($id: ID) { createArtifactManifest(input: {artifactID: $id, name: "wandb_manifest.json"}) { artifactManifest { file { uploadUrl } } } }',
    { id },
  )
  const { createArtifactFiles } = await graphql(
    'mutation ($files: [CreateArtifactFileSpecInput!]!) { createArtifactFiles(input: {artifactFiles: $files}) { files { edges { node { name uploadUrl } } } } }',
    { files: Object.entries(files).map(([path, text]) => ({ artifactID: id, name: path, md5: md5(text) })) },
  )
  for (const { node } of createArtifactFiles.files.edges)
    if (node.uploadUrl) await fetch(node.uploadUrl, { method: 'PUT', body: files[node.name]! })
  const contents = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, { digest: md5(text), size: text.length }]),
  )
  await fetch(createArtifactManifest.artifactManifest.file.uploadUrl, {
    method: 'PUT',
    body: JSON.stringify({ version: 1, contents }),
  })
  await graphql('mutation ($id: ID!) { commitArtifact(input: {artifactID: $id}) { artifact { id } } }', {
    id,
  })
  return id as string
}

const use = (run: string, id: string) =>
  graphql(
    'mutation ($run: String, $id: ID) { useArtifact(input: {entityName: "local", projectName: "digits", runName: $run, artifactID: $id}) { artifact { id } } }',
    { run, id },
  )

beforeAll(async () => {
  ;[browser, service] = await Promise.all([launch(), startService({ reconcileEveryMs: 0 })])
  const { client } = service
  for (const [id, group] of [
    ['train', 'cv'],
    ['evaluate', 'cv'],
    ['serve', 'other'],
  ] as const) {
    await client.createRun('digits', { id, name: `${id}-run`, config: {}, group })
    await client.finish(`local/digits/${id}`, { state: 'finished' })
  }
  const data = await log('digits-data', 'serve', { 'rows.csv': '1,2,3' }, { artifactTypeName: 'dataset' })
  await use('train', data)
  const files = Object.fromEntries(
    Array.from({ length: 230 }, (_, i) => [`shards/part-${String(i).padStart(3, '0')}.bin`, `part ${i}`]),
  )
  await log('net', 'train', { 'weights.bin': 'one' }, { description: 'the first' })
  const net = await log(
    'net',
    'train',
    { 'weights.bin': 'two', ...files },
    {
      aliases: [{ artifactCollectionName: 'net', alias: 'best' }],
      metadata: JSON.stringify({ acc: 0.97, net: { layers: 3 } }),
    },
  )
  await use('evaluate', net)
  await graphql(
    'mutation ($id: ID) { linkArtifact(input: {artifactID: $id, artifactPortfolioName: "Digits", entityName: "local", projectName: "wandb-registry-model", aliases: [{alias: "champion"}]}) { versionIndex } }',
    { id: net },
  )
})
afterAll(async () => {
  await browser?.close()
  await service?.stop()
})
beforeEach(async () => {
  now = await reader(browser, service.cloud.url)
  await signIn(now.page, service.cloud.key)
  now.problems.length = 0
})
afterEach(async () => {
  expect(now.problems).toEqual([])
  await now.context.close()
})

it('lists collections by type, then versions with their aliases', async () => {
  const { page } = now
  await page.goto(`${PROJECT}`)
  await page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name: 'Artifacts' }).click()
  await page.getByRole('region', { name: 'Type dataset', exact: true }).waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.getByRole('link', { name: 'net', exact: true }).click()
  const versions = page.getByRole('region', { name: 'Table of versions' })
  await versions.getByRole('row', { name: /^v1 latest, best/ }).waitFor()
  expect(await violationsOf(page)).toEqual([])
  await versions.getByRole('link', { name: 'v0' }).click()
  await page.getByText('the first', { exact: true }).first().waitFor()
  expect(new URL(page.url()).pathname).toBe(`${PROJECT}/artifacts/model/net/v0`)
})

it('shows a version: facts, metadata, code, files to download and lineage, in both themes and on a phone', async () => {
  const { page } = now
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.goto(`${PROJECT}/artifacts/model/net/v1`)
    const details = page.getByRole('region', { name: 'Details' })
    await details.getByRole('link', { name: 'train-run' }).waitFor()
    await details.getByRole('link', { name: 'evaluate-run' }).waitFor()
    await details.getByRole('link', { name: 'wandb-registry-model/Digits:v0' }).waitFor()
    expect(await page.getByRole('region', { name: 'Metadata' }).innerText()).toContain('0.97')
    expect(await page.getByRole('region', { name: 'Use' }).innerText()).toContain(
      'run.use_artifact("local/digits/net:v1")',
    )
    expect(await violationsOf(page)).toEqual([])
    await takeScreenshot(page, `artifact-${colorScheme}`)
  }
  const tabs = page.getByRole('navigation', { name: 'Artifact' })
  await tabs.getByRole('link', { name: 'Files' }).click()
  await page.getByText('200 of 231').waitFor()
  await page.getByRole('button', { name: 'Load more' }).click()
  const file = page.getByRole('link', { name: 'weights.bin' })
  await file.waitFor()
  const download = page.waitForEvent('download')
  await file.click()
  expect((await download).suggestedFilename()).toBe('weights.bin')
  expect(await violationsOf(page)).toEqual([])
  await tabs.getByRole('link', { name: 'Lineage' }).click()
  const lineage = page.getByRole('region', { name: 'Lineage' })
  for (const name of ['digits-data:v0', 'train-run', 'evaluate-run'])
    await lineage.getByRole('link', { name }).waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.setViewportSize({ width: 390, height: 800 })
  for (const tab of ['overview', 'files', 'lineage', 'versions']) {
    await page.goto(`${PROJECT}/artifacts/model/net/v1?tab=${tab}`)
    await page.getByRole('heading', { name: 'net:v1' }).waitFor()
    await page.getByRole('region').first().waitFor()
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(wider, tab).toBeLessThanOrEqual(0)
  }
})

it('changes aliases and descriptions, deletes a version, and renames a collection', async () => {
  const { page } = now
  await log('draft', 'train', { 'a.txt': 'a' })
  await log('draft', 'train', { 'a.txt': 'b' })
  await page.goto(`${PROJECT}/artifacts/model/draft/v0`)
  const details = page.getByRole('region', { name: 'Details' })
  await details.getByLabel('New alias').fill('production')
  await details.getByRole('button', { name: 'Add' }).click()
  await details.getByText('production').waitFor()
  await details.getByRole('button', { name: 'Remove alias production' }).click()
  await details.getByText('production').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Describe', exact: true }).click()
  await page.getByRole('textbox', { name: 'Description' }).fill('kept for the paper')
  await page.getByRole('button', { name: 'Save' }).click()
  await details.getByText('kept for the paper').waitFor()
  await page.getByRole('button', { name: 'Delete version' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete version' }).click()
  const versions = page.getByRole('region', { name: 'Table of versions' })
  await versions.getByRole('link', { name: 'v1' }).waitFor()
  expect(await versions.getByRole('link', { name: 'v0' }).count()).toBe(0)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Rename collection…' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('renamed')
  await page.getByRole('button', { name: 'Rename', exact: true }).click()
  await page.getByRole('heading', { name: 'renamed:v1' }).waitFor()
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Delete collection…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete collection' }).click()
  await page.getByRole('region', { name: 'Type dataset', exact: true }).waitFor()
  expect(await page.getByRole('link', { name: 'renamed' }).count()).toBe(0)
})

it('a key that may only read sees no buttons that would be refused', async () => {
  const { page, context } = now
  const { key } = await fetch(`${service.cloud.url}/v1/keys`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${service.cloud.key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'reader', scope: 'read' }),
  }).then((answer) => answer.json())
  await context.clearCookies()
  await signIn(page, key)
  now.problems.length = 0
  await page.goto(`${PROJECT}/artifacts/model/net/v1`)
  await page.getByRole('region', { name: 'Details' }).getByText('best').waitFor()
  for (const name of ['Describe', 'Delete version', 'More actions', 'Add', 'Remove alias best'])
    expect(await page.getByRole('button', { name, exact: true }).count(), name).toBe(0)
})

it('a run shows what it logged and used, and links of groups and registries lead to their pages', async () => {
  const { page } = now
  await page.goto(`${PROJECT}/runs/train`)
  const artifacts = page.getByRole('region', { name: 'Artifacts' })
  await artifacts.getByRole('link', { name: 'digits-data:v0' }).waitFor()
  await artifacts.getByRole('link', { name: 'net:v1' }).click()
  await page.getByRole('heading', { name: 'net:v1' }).waitFor()

  await page.goto(`${PROJECT}/groups/cv`)
  await page.getByRole('region', { name: 'Table of runs' }).getByText('train-run').waitFor()
  expect(await page.getByRole('region', { name: 'Runs', exact: true }).first().innerText()).toContain(
    '2 of 3',
  )

  // What `artifact.url` is of a linked artifact.
  const path = encodeURIComponent('local/wandb-registry-model/Digits')
  await page.goto(`/orgs/local/registry/model?selectionPath=${path}&view=membership&version=v0`)
  await page.getByRole('heading', { name: 'Digits:v0' }).waitFor()
  await page.getByRole('region', { name: 'Details' }).getByRole('link', { name: 'net:v1' }).waitFor()
  expect(await violationsOf(page)).toEqual([])
})
