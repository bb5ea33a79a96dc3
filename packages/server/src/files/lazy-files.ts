import { loadOnce } from '../load-once.ts'
import type { Files } from './files.ts'

/** Loads the adapter with its first use, so that a cold start does not read the S3 client. */
export const lazyFiles = (load: () => Promise<Files>): Files => {
  const files = loadOnce(load)
  return {
    put: async (...args) => (await files()).put(...args),
    get: async (...args) => (await files()).get(...args),
    stat: async (...args) => (await files()).stat(...args),
    delete: async (...args) => (await files()).delete(...args),
    list: async (...args) => (await files()).list(...args),
    uploadUrl: async (...args) => (await files()).uploadUrl(...args),
    downloadUrl: async (...args) => (await files()).downloadUrl(...args),
    startParts: async (...args) => (await files()).startParts(...args),
    partUrl: async (...args) => (await files()).partUrl(...args),
    endParts: async (...args) => (await files()).endParts(...args),
  }
}
