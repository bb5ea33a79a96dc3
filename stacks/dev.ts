import type { Api } from './api'

/** What `sst dev` offers beside the deployed stubs; started by hand. */
export function createDevCommands(api: Api, firstKey: sst.Secret): void {
  new sst.x.DevCommand('Dashboard', {
    dev: {
      title: 'Dashboard, rebuilt while you type',
      directory: 'packages/web',
      command: 'npm run dev',
      autostart: false,
    },
    // Where the pages ask for data; vite hands `/v1` and its like on to it.
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
