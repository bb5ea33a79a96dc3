import { setImmediate as yieldThread } from 'node:timers/promises'
import { CLASSES, type Digits, loadDigits, PIXELS } from './data.ts'
import { addGradient, createNetwork, evaluate, type Network } from './network.ts'
import { seeded, shuffled } from './random.ts'

export interface TrainParams {
  /** Images per step. */
  readonly batch_size: number
  /** Passes over the training images. */
  readonly epochs: number
  /** Step size, greater than 0. */
  readonly lr: number
}

/** Mean cross-entropies in nats; accuracy in [0, 1]. */
export interface EpochResult {
  /** From 1. */
  readonly epoch: number
  readonly loss: number
  readonly val_loss: number
  readonly val_acc: number
}

export interface TrainOptions {
  readonly onEpoch?: (result: EpochResult) => void | Promise<void>
  /** Ends the training before its next batch, with the results so far. */
  readonly signal?: AbortSignal
  /** Seed of the initial weights and the order of the images. The same for every trial, so that only parameters differ. */
  readonly seed?: number
}

const HIDDEN = 64
const MOMENTUM = 0.9

/** Trains a small network by mini-batch gradient descent with momentum (Sutskever et al. 2013, eq. 1–2); returns one result per epoch. */
export async function train(
  params: TrainParams,
  options: TrainOptions = {},
): Promise<readonly EpochResult[]> {
  const { onEpoch, signal, seed = 1 } = options
  const { train: images, validation } = await loadDigits()
  const network = createNetwork([PIXELS, HIDDEN, CLASSES], seed)
  const velocity = new Float32Array(network.parameters.length)
  const random = seeded(seed + 1)
  const results: EpochResult[] = []
  for (let epoch = 1; epoch <= params.epochs; epoch++) {
    const loss = await trainEpoch(network, velocity, images, shuffled(images.count, random), params, signal)
    if (loss === undefined) break
    const result = { epoch, loss, ...validate(network, validation) }
    results.push(result)
    await onEpoch?.(result)
  }
  return results
}

/** The mean loss of the epoch's batches, each before its step; undefined after an abort. */
async function trainEpoch(
  network: Network,
  velocity: Float32Array,
  { images, labels, count }: Digits,
  order: Uint32Array,
  { batch_size, lr }: TrainParams,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const { parameters } = network
  const gradient = new Float32Array(parameters.length)
  let total = 0
  for (let start = 0; start < count; start += batch_size) {
    // Other trials, and the timers that renew leases, share this thread.
    await yieldThread()
    if (signal?.aborted) return undefined
    const end = Math.min(start + batch_size, count)
    gradient.fill(0)
    for (let at = start; at < end; at++) {
      const image = order[at]!
      total += addGradient(network, images, image * PIXELS, labels[image]!, gradient)
    }
    const step = lr / (end - start)
    for (let at = 0; at < parameters.length; at++) {
      const next = MOMENTUM * velocity[at]! - step * gradient[at]!
      velocity[at] = next
      parameters[at]! += next
    }
  }
  return total / count
}

function validate(
  network: Network,
  { images, labels, count }: Digits,
): { val_loss: number; val_acc: number } {
  let loss = 0
  let right = 0
  for (let image = 0; image < count; image++) {
    const answer = evaluate(network, images, image * PIXELS, labels[image]!)
    loss += answer.loss
    if (answer.right) right++
  }
  return { val_loss: loss / count, val_acc: right / count }
}
