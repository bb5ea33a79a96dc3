import type { Api } from './api'

/** Optional commands of `sst dev`. */
export function createDevCommands(api: Api, firstKey: sst.Secret): void {
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
