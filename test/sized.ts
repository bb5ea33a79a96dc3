/**
 * The size of a test: the first in `npm test`, the second in `npm run test:slow`. Files that call it are listed in `slow-files.ts`.
 */
export const sized = <T>(quick: T, full: T): T => (isFull ? full : quick)

/** For suites other than `npm test`: `CHIMNEY_TEST_SIZE=full npm run test:server`. */
export const isFull = process.env.CHIMNEY_TEST_SIZE === 'full'
