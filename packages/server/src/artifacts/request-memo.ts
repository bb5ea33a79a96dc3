import type { ArtifactContext } from './context.ts'

const memos = new WeakMap<ArtifactContext, Map<string, Promise<unknown>>>()

/** Reads once per request what several objects of a response need. Every write of artifacts forgets it all. */
export function once<T>(ctx: ArtifactContext, name: string, read: () => Promise<T>): Promise<T> {
  const memo = memos.get(ctx) ?? new Map<string, Promise<unknown>>()
  memos.set(ctx, memo)
  const known = memo.get(name) ?? read()
  memo.set(name, known)
  return known as Promise<T>
}

export const forgetReads = (ctx: ArtifactContext): void => void memos.delete(ctx)
