import type { Files } from '@chimney/server/files/files'

/** Files in memory. Nothing answers at their URLs. */
export function memoryFiles(): Files {
  const kept = new Map<string, Uint8Array>()
  const url = async (key: string) => `http://chimney.test/storage/${key}`
  return {
    put: async (key, bytes) => void kept.set(key, bytes),
    get: async (key) => kept.get(key),
    stat: async (key) => (kept.has(key) ? { size: kept.get(key)!.length, updatedAt: 0 } : undefined),
    delete: async (key) => void kept.delete(key),
    list: async (prefix) =>
      [...kept]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { length }]) => ({ key, size: length, updatedAt: 0 })),
    uploadUrl: url,
    downloadUrl: url,
    startParts: async () => 'upload',
    partUrl: async (key, upload, part) => url(`${key}?${upload}=${part}`),
    endParts: async () => {
      throw new Error('files in memory have no parts')
    },
  }
}
