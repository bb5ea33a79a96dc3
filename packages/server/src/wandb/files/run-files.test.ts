import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { likeOf } from '../../runs/files/run-files.ts'
import { type TestWandb, testWandb } from '../test-api.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
  await api.init('files')
})
afterAll(() => api.stop())

const CREATE =
  'mutation ($run: String!, $files: [String!]!) { createRunFiles(input: {projectName: "digits", runName: $run, files: $files}) { runID uploadHeaders files { name uploadUrl } } }'
const LIST =
  'query ($names: [String], $pattern: String, $first: Int, $after: String) { project(name: "digits") { run(name: "files") { fileCount files(names: $names, pattern: $pattern, first: $first, after: $after) { edges { node { name url sizeBytes md5 } cursor } pageInfo { hasNextPage endCursor } } } } }'
const listed = async (variables: object = {}) => (await api.data(LIST, variables)).project.run.files

describe('requesting upload URLs', () => {
  it('returns every requested name in order, each with a URL that needs no key', async () => {
    const names = ['media/images/ä b_0.png', 'output.log', 'output.log', 'a%2fb']
    const { createRunFiles } = await api.data(CREATE, { run: 'files', files: names })
    expect(createRunFiles.files.map(({ name }: { name: string }) => name)).toEqual(names)
    expect(createRunFiles.uploadHeaders).toEqual([])
    for (const { uploadUrl } of createRunFiles.files) expect(new URL(uploadUrl).search).not.toBe('')
  })

  it('returns no URL for a name that leaves the run, and keeps the others', async () => {
    const names = ['../secret', 'good.txt', '', '/abs', 'a//b', 'a/../b', './.']
    const { files } = (await api.data(CREATE, { run: 'files', files: names })).createRunFiles
    expect(files.map(({ uploadUrl }: { uploadUrl: string | null }) => uploadUrl !== null)).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
      false,
    ])
  })

  it('keeps names that are long or not Latin, and those with ./ in front', async () => {
    await api.init('odd')
    const names = ['模'.repeat(200), `${'é'.repeat(100)}/x`, './dot.txt', 'a'.repeat(1000)]
    const { files } = (await api.data(CREATE, { run: 'odd', files: names })).createRunFiles
    for (const { uploadUrl } of files) {
      const key = decodeURI(new URL(uploadUrl).pathname.slice('/storage/'.length))
      await api.deps.files.put(key, Buffer.from('x'))
    }
    const { project } = await api.data(
      '{ project(name: "digits") { run(name: "odd") { files { edges { node { name } } } } } }',
    )
    const listed = project.run.files.edges.map(({ node }: { node: { name: string } }) => node.name)
    expect(listed.sort()).toEqual(
      ['模'.repeat(200), `${'é'.repeat(100)}/x`, 'dot.txt', 'a'.repeat(1000)].sort(),
    )
  })

  it('for a run that does not exist is 404, never an empty list', async () => {
    expect((await api.ask(CREATE, { run: 'nowhere', files: ['a'] })).status).toBe(404)
  })
})

describe('files of a run', () => {
  beforeAll(async () => {
    for (const name of ['a.txt', 'b.txt', 'dir/c.png'])
      await api.deps.files.put(`runs/acme/digits/files/${name}`, Buffer.from(name))
  })

  it('are found by name and by pattern; a name that is not there is an empty file', async () => {
    const names = async (variables: object) =>
      (await listed(variables)).edges.map(({ node }: { node: { name: string } }) => node.name)
    expect(await names({})).toEqual(['a.txt', 'b.txt', 'dir/c.png'])
    expect(await names({ pattern: '%.txt' })).toEqual(['a.txt', 'b.txt'])
    const { node } = (await listed({ names: ['missing'] })).edges[0]
    expect(node).toMatchObject({ sizeBytes: 0, url: expect.stringContaining('/storage/') })
  })

  it('that are not there yet have a URL to upload to, as clients up to 0.15.7 ask for it', async () => {
    const { project } = await api.data(
      'query ($names: [String!]) { project(name: "digits") { bucket(name: "files", missingOk: true) { id files(names: $names) { uploadHeaders edges { node { name url(upload: true) updatedAt } } } } } }',
      { names: ['new.bin', '../secret'] },
    )
    const { uploadHeaders, edges } = project.bucket.files
    expect(uploadHeaders).toEqual([])
    expect(edges.map(({ node }: { node: { name: string } }) => node.name)).toEqual(['new.bin'])
    expect(new URL(edges[0].node.url).pathname).toMatch(/new\.bin$/)
  })

  it('are paged by the cursor of the last edge or by endCursor', async () => {
    const first = await listed({ first: 2 })
    expect(first.pageInfo).toEqual({ hasNextPage: true, endCursor: first.edges.at(-1).cursor })
    const rest = await listed({ first: 2, after: first.edges.at(-1).cursor })
    expect(rest.edges.map(({ node }: { node: { name: string } }) => node.name)).toEqual(['dir/c.png'])
    expect(rest.pageInfo.hasNextPage).toBe(false)
  })

  it('are deleted by id', async () => {
    const ids = (
      await api.data(
        '{ project(name: "digits") { run(name: "files") { files(names: ["b.txt"]) { edges { node { id } } } } } }',
      )
    ).project.run.files.edges.map(({ node }: { node: { id: string } }) => node.id)
    await api.data(
      'mutation ($files: [ID!]!) { deleteFiles(input: {files: $files, projectId: 7}) { success } }',
      {
        files: ids,
      },
    )
    expect((await listed({})).edges).toHaveLength(2)
  })

  it('are deleted with the run, and a second deletion changes nothing', async () => {
    await api.init('gone')
    const { project } = await api.data('{ project(name: "digits") { run(name: "gone") { id } } }')
    await api.deps.files.put('runs/acme/digits/gone/a.txt', Buffer.from('x'))
    const remove = () =>
      api.ask('mutation ($id: ID!) { deleteRun(input: {id: $id}) { clientMutationId } }', {
        id: project.run.id,
        deleteArtifacts: false,
      })
    expect((await remove()).status).toBe(200)
    expect(await api.deps.files.list('runs/acme/digits/gone/')).toEqual([])
    expect((await remove()).status).toBe(200)
    expect((await api.stream('gone', {})).status).toBe(404)
  })
})

it.each([
  { pattern: '%.txt', text: 'a/b.txt', yes: true },
  { pattern: 'a_c', text: 'abc', yes: true },
  { pattern: 'a_c', text: 'ac', yes: false },
  { pattern: '%a%b%', text: 'xxaxxbxx', yes: true },
  { pattern: '', text: 'a', yes: false },
])('the pattern $pattern takes $text: $yes', ({ pattern, text, yes }) => {
  expect(likeOf(pattern)(text)).toBe(yes)
})
