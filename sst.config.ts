/// <reference path="./.sst/platform/config.d.ts" />

// The platform evaluates this file twice: `app` alone, then `run`. Stacks are imported within `run`, because their globals do
// not exist before.
export default $config({
  async app(input) {
    const { readSettings } = await import('./stacks/settings/read-settings')
    const { production, region, account } = readSettings(input.stage)
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
          region: region as aws.Region,
          ...(account && { allowedAccountIds: [account] }),
          defaultTags: { tags: { app: 'chimney', stage: input.stage } },
        },
      },
    }
  },
  async run() {
    const { readSettings } = await import('./stacks/settings/read-settings')
    const { guardSettings } = await import('./stacks/settings/deployed')
    const { agents: definitions } = await import('./stacks/agent-definitions')
    const { linkNamesOnly, trustOnlyServices } = await import('./stacks/permissions')
    const { linkTasksToRunOnly } = await import('./stacks/tasks')
    const { createStorage } = await import('./stacks/storage')
    const { createQueues } = await import('./stacks/queues')
    const { createAgents } = await import('./stacks/agents')
    const { buildDashboard } = await import('./stacks/dashboard')
    const { createApi, dnsTargetOf } = await import('./stacks/api')
    const { createWebhookQueue, createWebhooks } = await import('./stacks/webhooks')
    const { createRepair } = await import('./stacks/repair')
    const { watchRefusedRequests } = await import('./stacks/refused-requests')
    const { createAlarms } = await import('./stacks/alarms')
    const { createMonitoringPage } = await import('./stacks/watch')
    const { createDevCommands } = await import('./stacks/dev')

    await guardSettings(
      readSettings($app.stage),
      definitions.map(({ name }) => name),
    )
    linkNamesOnly()
    linkTasksToRunOnly()
    trustOnlyServices()
    const storage = createStorage()
    const queues = createQueues()
    const webhooks = createWebhookQueue()
    const { api, apiFunction, firstKey, server } = createApi(storage, queues, webhooks, buildDashboard())
    const agents = createAgents(queues, api)
    const repair = createRepair(server, storage, queues, webhooks)
    const webhookFunction = createWebhooks(server, storage, queues, webhooks)
    watchRefusedRequests(api, server, storage, queues)
    const monitored = {
      storage,
      queues,
      agents,
      api,
      apiFunction,
      webhookFunction,
      ...(repair && { repair }),
    }
    createAlarms(monitored)
    createMonitoringPage(monitored)
    createDevCommands(api, firstKey, server, storage)

    const dnsTarget = dnsTargetOf(api)
    const stage = `--stage ${$app.stage}`
    return {
      url: api.url,
      // `chimney keys create` makes further keys, which can be revoked separately.
      firstKey: `npx sst secret set FirstKey "$(openssl rand -hex 20)" ${stage} && npx sst deploy ${stage}`,
      showKey: `npx sst secret list ${stage}`,
      ...(dnsTarget && { dnsTarget }),
      login: $interpolate`npx chimney login ${api.url}`,
      wandb: $interpolate`export WANDB_BASE_URL=${api.url} WANDB__FILE_STREAM_NO_GZIP=false`,
    }
  },
})
