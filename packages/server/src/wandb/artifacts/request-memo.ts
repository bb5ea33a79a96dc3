import type { WandbContext } from '../graphql/context.ts'

const memos = new WeakMap<WandbContext, Map<string, Promise<unknown>>>()

/** Reads once per request what several objects of a response need. Every write of artifacts forgets it all. */
export function once<T>(ctx: WandbContext, name: string, read: () => Promise<T>): Promise<T> {
  const memo = memos.get(ctx) ?? new Map<string, Promise<unknown>>()
  memos.set(ctx, memo)
  const known = memo.get(name) ?? read()
  memo.set(name, known)
  return known as Promise<T>
}

export const forgetReads = (ctx: WandbContext): void => void memos.delete(ctx)
