import { statfs } from 'node:fs/promises'

export interface DiskWatch {
  stop(): void
}

const EVERY_MS = 10_000
const WARN_AT = 0.9
/** Below this the next crossing is reported again. */
const CALM_AT = 0.88

/** Writes a warning when the disk of a folder becomes 90% full. */
export const watchDisk = (folder: string, log: (line: string) => void, fill = usedShare): DiskWatch => {
  let warned = false
  const check = async () => {
    const used = await fill(folder).catch(() => undefined)
    if (used === undefined) return
    if (used < CALM_AT) warned = false
    if (used < WARN_AT || warned) return
    warned = true
    log(
      `The disk of the data folder ${folder} is ${Math.floor(used * 100)}% full. Make room: writes fail when it is full.`,
    )
  }
  void check()
  const timer = setInterval(check, EVERY_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** Blocks that only root may use count as used. */
const usedShare = async (folder: string): Promise<number> => {
  const { blocks, bavail } = await statfs(folder)
  return blocks === 0 ? 0 : 1 - bavail / blocks
}
