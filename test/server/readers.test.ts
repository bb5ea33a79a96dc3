import { expect, it } from 'vitest'
import { measureOthers, openReaders, processorMs, quantile, wideSweep } from './readers.ts'
import { startService } from './service.ts'
import { useTestFolder } from './test-folder.ts'

const folder = useTestFolder()

it('200 event streams of a sweep with 600 trials share one read, and other requests go on', async () => {
  const service = await startService({ data: folder.path })
  const sweep = await wideSweep(service, 600)
  const stop = new AbortController()
  const others = measureOthers(service, '/v1/viewer')
  const idleBefore = await processorMs(service)
  await openReaders(service, sweep, 1, 590, stop.signal)
  const before = await processorMs(service)
  const single = before - idleBefore
  const { firstData, bytes } = await openReaders(service, sweep, 200, 590, stop.signal)
  const start = (await processorMs(service)) - before
  await new Promise((resolve) => setTimeout(resolve, 10_000))
  const idle = (await processorMs(service)) - before - start
  const found = await others.stop()
  stop.abort()
  const figures = {
    'first data, median ms': quantile(firstData, 0.5),
    'first data, last ms': firstData.at(-1),
    'processor of one stream, ms': single,
    'processor of the start, ms': start,
    'processor of 10 s of reading, ms': idle,
    'MB sent': bytes / 1e6,
    'other requests, p50 ms': quantile(found, 0.5),
    'other requests, p99 ms': quantile(found, 0.99),
    'other requests, max ms': found.at(-1),
  }
  console.log(figures)
  // Without sharing, 200 streams cost 200 times as much as one.
  expect(start / single).toBeLessThan(40)
  await service.end()
})
