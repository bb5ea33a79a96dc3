import type { Api, Server } from './api'
import type { Storage } from './storage'

const DIGITS = 'npx chimney sweep examples/digits/sweep.yaml --project digits'

/** The API accepts no key until the first one is set. */
const withoutKey = () =>
  `echo 'There is no API key yet. Run in another terminal: npx sst secret set FirstKey "$(openssl rand -hex 20)" --stage ${$app.stage}. Then start sst dev again.'`

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
      // Whether there is a key is no secret.
      command: $util.unsecret(firstKey.value.apply((key) => (key === '' ? withoutKey() : DIGITS))),
      autostart: false,
    },
    environment: { CHIMNEY_URL: api.url, CHIMNEY_API_KEY: firstKey.value },
  })
}
