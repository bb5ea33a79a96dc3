import type { Api, Server } from './api'
import type { Storage } from './storage'

/** Commands of `sst dev`: the repair, and optional ones. */
export function createDevCommands(api: Api, firstKey: sst.Secret, server: Server, storage: Storage): void {
  new sst.x.DevCommand('Repair', {
    dev: {
      title: 'Repair, every minute',
      command: 'npx tsx packages/server/src/lambda/repair-loop.ts',
      autostart: true,
    },
    link: [storage.table, storage.files, ...server.link],
    environment: server.environment,
  })
  new sst.x.DevCommand('Dashboard', {
    dev: {
      title: 'Dashboard with live reload',
      directory: 'packages/web',
      command: 'npm run dev',
      autostart: false,
    },
    // Vite proxies `/v1` and the other API paths to it.
    environment: { CHIMNEY_URL: api.url },
  })
  new sst.x.DevCommand('Digits', {
    dev: {
      title: 'Sweep of the digits example',
      command: 'npx chimney sweep examples/digits/sweep.yaml --project digits',
      autostart: false,
    },
    environment: { CHIMNEY_URL: api.url, CHIMNEY_API_KEY: firstKey.value },
  })
}
