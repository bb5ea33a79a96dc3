// The arrows between packages and rooms, checked by `npm run check`. `npm run draw:rooms` draws docs/images/rooms.svg from this file.

import { readdirSync } from 'node:fs'

/** What each package may import, besides itself and npm packages. */
export const PACKAGES = {
  'packages/core': [],
  'packages/server': ['packages/core'],
  'packages/local': ['packages/server', 'packages/core/src/schema', 'packages/core/src/leveldb'],
  'packages/sdk': ['packages/core/src/schema', 'packages/core/src/leveldb'],
  'packages/web': ['packages/core/src/schema'],
  stacks: ['packages/core/src/schema'],
  examples: ['packages/sdk', 'packages/local', 'packages/core/src/schema', 'stacks/[^/]+[.]json'],
}

/** Rooms of the server from the top down: each may import the rooms below it. Rooms of one line do not import each other. */
export const SERVER = [
  ['lambda'],
  ['wandb', 'pages'],
  ['http'],
  ['sweeps/reconciler', 'sweeps/agents'],
  ['sweeps/lifecycle', 'sweeps/events', 'sweeps/diagnosis'],
  ['runs/lifecycle'],
  ['sweeps/amendments'],
  ['sweeps/outcomes'],
  ['sweeps/handout', 'sweeps/search-thread'],
  ['sweeps/search'],
  ['sweeps/trials'],
  ['sweeps/results'],
  ['runs/history'],
  ['artifacts', 'documents', 'runs/live', 'runs/files'],
  ['notifications'],
  ['store', 'queue', 'files'],
]

/** Rooms of core, likewise. */
export const CORE = [['sweep'], ['samplers'], ['stoppers', 'space'], ['schema', 'math', 'leveldb']]

/** Rooms of the service on one machine, likewise. */
export const LOCAL = [['http'], ['search', 'tables', 'queues'], ['folder', 'process']]

/** A room of the tables that is missing on disk, or the other way round, would not be checked. */
for (const [root, table, deep] of [
  ['packages/server', SERVER, ['sweeps', 'runs']],
  ['packages/core', CORE, []],
  ['packages/local', LOCAL, []],
]) {
  const at = new URL(`${root}/src/`, import.meta.url)
  const rooms = readdirSync(at, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      deep.includes(name)
        ? readdirSync(new URL(`${name}/`, at), { withFileTypes: true })
            .filter((entry) => entry.isDirectory())
            .map((entry) => `${name}/${entry.name}`)
        : [name],
    )
  const listed = table.flat()
  const wrong = [
    ...rooms.filter((room) => !listed.includes(room)),
    ...listed.filter((room) => !rooms.includes(room)),
  ]
  if (wrong.length > 0) throw new Error(`${root}: the tables and the folders differ in ${wrong.join(', ')}`)
}

const TEST = '([.](test|suite)|/(test-app|test-api|fake-[^/]+|http/access))[.]tsx?$'
const within = (root, rooms) => `^${root}/src/(${rooms.join('|')})/`

/** One rule per room: no imports from rooms of the same line or above. */
const layers = (root, table) =>
  table.flatMap((line, depth) =>
    line.map((room) => ({
      name: `${root.split('/').at(-1)}-${room.replace('/', '-')}`,
      comment: 'A room imports only rooms below it; see the table in .dependency-cruiser.mjs.',
      severity: 'error',
      from: { path: within(root, [room]), pathNot: TEST },
      to: {
        path: within(
          root,
          table
            .slice(0, depth + 1)
            .flat()
            .filter((other) => other !== room),
        ),
      },
    })),
  )

export default {
  forbidden: [
    {
      name: 'no-circle',
      comment:
        'Files import each other in one direction, types included. Move what both need to a third file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(PACKAGES).map(([name, allowed]) => ({
      name: `package-${name.split('/').at(-1)}`,
      comment: `${name} imports ${['itself', ...allowed].join(', ')} and npm packages.`,
      severity: 'error',
      from: { path: `^${name}/`, pathNot: TEST },
      to: {
        path: '^(packages|stacks|examples|test)/',
        pathNot: [name, ...allowed].map((path) => `^${path}`),
      },
    })),
    ...layers('packages/server', SERVER),
    ...layers('packages/local', LOCAL),
    ...layers('packages/core', CORE).map((rule) => ({
      ...rule,
      from: {
        ...rule.from,
        // A config is valid only if its space can be built and, for a grid, counted.
        pathNot: [TEST, '^packages/core/src/schema/parse-sweep-config[.]ts$'],
      },
    })),
    {
      name: 'core-is-pure',
      comment: 'core decides and does not wait: no file, clock, environment or network.',
      severity: 'error',
      from: { path: '^packages/core/src/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pages-run-in-a-browser',
      comment: 'A page has no modules of Node.',
      severity: 'error',
      from: { path: '^packages/web/src/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'web-media',
      comment:
        'Panels of media are shown by the run page; they know the charts and parts of pages, not pages.',
      severity: 'error',
      from: { path: '^packages/web/src/media/', pathNot: TEST },
      to: { path: '^packages/web/src/(pages|sweep|create|run/(?!histories[.]ts$))' },
    },
    {
      name: 'large-libraries-are-loaded-late',
      comment: 'Only the file that a panel imports when it draws may import these.',
      severity: 'error',
      from: { path: '^packages/web/src/', pathNot: '/media/(vega-chart|plotly-chart|point-cloud)[.]ts$' },
      to: { path: 'node_modules/(vega|plotly|three)' },
    },
    {
      name: 'server-root-is-shared',
      comment: 'Files directly in server/src are for every room: they import ports and core alone.',
      severity: 'error',
      from: { path: '^packages/server/src/[^/]+[.]ts$', pathNot: TEST },
      to: { path: '^packages/server/src/(?!store|queue|files)[^/]+/' },
    },
    {
      name: 'adapters-are-chosen-at-the-top',
      comment: 'Use cases know ports; lambda and local choose the DynamoDB, SQS and S3 adapters.',
      severity: 'error',
      from: { path: '^packages/server/src/(http|wandb|pages|sweeps|runs)/', pathNot: TEST },
      to: { path: '^packages/server/src/(store/dynamo/|queue/sqs-|files/(s3|disk)-)' },
    },
    {
      name: 'no-test-code-in-products',
      comment: 'What is deployed or packed imports no test file.',
      severity: 'error',
      from: { path: '^(packages|stacks|examples)/', pathNot: TEST },
      to: { path: [TEST, '^test/'] },
    },
    {
      name: 'no-unresolved',
      comment: 'An import that leads nowhere is not checked by any other rule.',
      severity: 'error',
      // The platform of SST, which `npm run test:stacks` installs.
      from: { pathNot: '^sst[.]config[.]ts$' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|generated|dist|[.]sst)/|^test/clients/typescript/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
}
