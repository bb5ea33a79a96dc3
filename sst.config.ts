/// <reference path="./.sst/platform/config.d.ts" />

// The platform evaluates this file twice: `app` alone, then `run`. Stacks are imported within `run`, because their globals do
// not exist before.
export default $config({
  app(input) {
    // Both names, so that the data of a stage `prod` is protected too.
    const production = input.stage === 'production' || input.stage === 'prod'
    return {
      name: 'chimney',
      home: 'aws',
      // Production data survives a mistaken `sst remove`.
      removal: production ? 'retain' : 'remove',
      protect: production,
      providers: {
        // The version that the pinned `sst` was built with, so that types can be checked without an AWS account.
        aws: {
          version: '7.20.0',
          region: (process.env.AWS_REGION ?? 'us-east-1') as aws.Region,
          defaultTags: { tags: { app: 'chimney', stage: input.stage ?? 'unknown' } },
        },
      },
    }
  },
  async run() {
    const { linkNamesOnly, trustOnlyServices } = await import('./stacks/permissions')
    const { linkTasksToRunOnly } = await import('./stacks/tasks')
    const { createStorage } = await import('./stacks/storage')
    const { createQueues } = await import('./stacks/queues')
    const { createAgents } = await import('./stacks/agents')
    const { buildDashboard } = await import('./stacks/dashboard')
    const { createApi } = await import('./stacks/api')
    const { createRepair } = await import('./stacks/repair')
    const { watchRefusedRequests } = await import('./stacks/refused-requests')
    const { createAlarms } = await import('./stacks/alarms')
    const { createMonitoringPage } = await import('./stacks/watch')
    const { createDevCommands } = await import('./stacks/dev')

    linkNamesOnly()
    linkTasksToRunOnly()
    trustOnlyServices()
    const storage = createStorage()
    const queues = createQueues()
    const { api, apiFunction, firstKey, agentKey, server } = createApi(storage, queues, buildDashboard())
    const agents = createAgents(queues, api, agentKey)
    const repair = createRepair(server, storage, queues)
    watchRefusedRequests(api, server, storage, queues)
    const monitored = {
      storage,
      queues,
      agents,
      api,
      apiFunction,
      ...(repair && { repair }),
    }
    createAlarms(monitored)
    createMonitoringPage(monitored)
    createDevCommands(api, firstKey, server, storage)

    const stage = `--stage ${$app.stage}`
    return {
      url: api.url,
      // `chimney keys create` makes further keys, which can be revoked separately.
      firstKey: `npx sst secret set FirstKey "$(openssl rand -hex 20)" ${stage} && npx sst deploy ${stage}`,
      showKey: `npx sst secret list ${stage}`,
      login: $interpolate`npx chimney login ${api.url}`,
    }
  },
})
