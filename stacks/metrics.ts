/** The namespace of the functions' own metrics (`packages/server/src/lambda/metrics.ts`). */
export const NAMESPACE = 'Chimney'
