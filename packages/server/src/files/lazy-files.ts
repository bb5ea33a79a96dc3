import type { Files } from './files.ts'

/** Loads the adapter with its first use, so that functions which touch no file never pay for its client at start. */
export const lazyFiles = (load: () => Promise<Files>): Files => {
  let loaded: Promise<Files> | undefined
  const files = () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined // the next use tries again
      throw error
    })
    return loaded
  }
  return {
    put: async (...args) => (await files()).put(...args),
    get: async (...args) => (await files()).get(...args),
    stat: async (...args) => (await files()).stat(...args),
    delete: async (...args) => (await files()).delete(...args),
    list: async (...args) => (await files()).list(...args),
    uploadUrl: async (...args) => (await files()).uploadUrl(...args),
    downloadUrl: async (...args) => (await files()).downloadUrl(...args),
  }
}
