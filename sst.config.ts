/// <reference path="./.sst/platform/config.d.ts" />

// The platform evaluates this file twice: `app` alone, then all of it. Stacks are imported within `run`, because the globals
// that they use do not exist before.
export default $config({
  app(input) {
    // Either word, so that nobody loses data because of the shorter one.
    const production = input.stage === 'production' || input.stage === 'prod'
    return {
      name: 'chimney',
      home: 'aws',
      // What a team has measured outlives a mistaken `sst remove`, but only where it is worth something.
      removal: production ? 'retain' : 'remove',
      protect: production,
      providers: {
        // The version that the pinned `sst` was made with; with it, types can be checked without an AWS account.
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
    const { createQueues, createAgents } = await import('./stacks/agents')
    const { buildDashboard } = await import('./stacks/dashboard')
    const { createApi } = await import('./stacks/api')
    const { createSchedule } = await import('./stacks/schedule')
    const { createAlarms } = await import('./stacks/alarms')
    const { createWatchPage } = await import('./stacks/watch')
    const { createDevCommands } = await import('./stacks/dev')

    linkNamesOnly()
    linkTasksToRunOnly()
    trustOnlyServices()
    const storage = createStorage()
    const queues = createQueues()
    const { api, apiFunction, firstKey, agentKey, server } = createApi(storage, queues, buildDashboard())
    const agents = createAgents(queues, api, agentKey)
    const reconcileFunction = createSchedule(server, storage, queues)
    const watched = {
      storage,
      queues,
      agents,
      api,
      apiFunction,
      ...(reconcileFunction && { reconcileFunction }),
    }
    createAlarms(watched)
    createWatchPage(watched)
    createDevCommands(api, firstKey)

    const stage = `--stage ${$app.stage}`
    return {
      url: api.url,
      // Further keys, which can be revoked one by one, come from `chimney keys create`.
      firstKey: `npx sst secret set FirstKey "$(openssl rand -hex 20)" ${stage} && npx sst deploy ${stage}`,
      showKey: `npx sst secret list ${stage}`,
      login: $interpolate`npx chimney login ${api.url}`,
    }
  },
})
