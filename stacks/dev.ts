import type { Api } from './api'

/** What `sst dev` offers beside the deployed stubs; started by hand. */
export function createDevCommands(api: Api, firstKey: sst.Secret): void {
  new sst.x.DevCommand('Digits', {
    dev: {
      title: 'Sweep of the digits example',
      command: 'npx chimney sweep examples/digits/sweep.yaml --project digits',
      autostart: false,
    },
    environment: { CHIMNEY_URL: api.url, CHIMNEY_API_KEY: firstKey.value },
  })
}
