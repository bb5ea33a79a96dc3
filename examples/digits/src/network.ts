import { seeded } from './random.ts'

/** Training uses float32; the gradient test uses float64, because finite differences need the digits. */
type Vector = Float32Array | Float64Array
type VectorOf = new (length: number) => Vector

/**
 * A multilayer perceptron: linear layers with ReLU between them, and softmax with cross-entropy at the end.
 * Parameters lie in one vector: for each layer its weights (inputs × outputs, one row an input), then its biases.
 */
export interface Network {
  readonly sizes: readonly number[]
  readonly parameters: Vector
  readonly layers: readonly Layer[]
  /** What flows through the layers for one example: `[input, hidden…, logits]`, and the gradients of the same. */
  readonly activations: readonly Vector[]
  readonly deltas: readonly Vector[]
}

interface Layer {
  readonly inputs: number
  readonly outputs: number
  /** Offsets of weights and biases within the parameters. */
  readonly weights: number
  readonly biases: number
}

/** Weights are normal with variance 2/inputs (He et al. 2015, eq. 10), biases zero. The same seed gives the same network. */
export function createNetwork(
  sizes: readonly number[],
  seed: number,
  vector: VectorOf = Float32Array,
): Network {
  const layers: Layer[] = []
  let end = 0
  for (let at = 1; at < sizes.length; at++) {
    const inputs = sizes[at - 1]!
    const outputs = sizes[at]!
    layers.push({ inputs, outputs, weights: end, biases: end + inputs * outputs })
    end += (inputs + 1) * outputs
  }
  const parameters = new vector(end)
  const random = seeded(seed)
  for (const { inputs, weights, biases } of layers) {
    const deviation = Math.sqrt(2 / inputs)
    for (let at = weights; at < biases; at++) parameters[at] = deviation * normal(random)
  }
  const make = () => sizes.map((size) => new vector(size))
  return { sizes, parameters, layers, activations: make(), deltas: make() }
}

/** Box and Muller 1958. One minus the uniform number keeps the logarithm finite. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Cross-entropy (in nats) of one example, whose pixels start at `offset` of `images`, and whether the likeliest class is right. */
export function evaluate(
  network: Network,
  images: Vector,
  offset: number,
  label: number,
): { loss: number; right: boolean } {
  forward(network, images, offset)
  const logits = network.activations.at(-1)!
  let largest = 0
  for (let at = 1; at < logits.length; at++) if (logits[at]! > logits[largest]!) largest = at
  return { loss: logSum(logits) - logits[label]!, right: largest === label }
}

/** Adds the gradient of one example's cross-entropy to `gradient` (same layout as the parameters), and returns the cross-entropy. */
export function addGradient(
  network: Network,
  images: Vector,
  offset: number,
  label: number,
  gradient: Vector,
): number {
  forward(network, images, offset)
  const { layers, parameters, activations, deltas } = network
  const logits = activations.at(-1)!
  const sum = logSum(logits)
  // The derivative of softmax and cross-entropy together: probability, less one at the label.
  const last = deltas.at(-1)!
  for (let at = 0; at < logits.length; at++) last[at] = Math.exp(logits[at]! - sum) - (at === label ? 1 : 0)

  for (let depth = layers.length - 1; depth >= 0; depth--) {
    const { inputs, outputs, weights, biases } = layers[depth]!
    const input = activations[depth]!
    const below = deltas[depth]!
    const delta = deltas[depth + 1]!
    for (let to = 0; to < outputs; to++) gradient[biases + to]! += delta[to]!
    for (let from = 0; from < inputs; from++) {
      const value = input[from]!
      // A white pixel or an inactive ReLU unit has no gradient. Most inputs are zero.
      if (value === 0) {
        below[from] = 0
        continue
      }
      const row = weights + from * outputs
      let back = 0
      for (let to = 0; to < outputs; to++) {
        gradient[row + to]! += value * delta[to]!
        back += parameters[row + to]! * delta[to]!
      }
      below[from] = back
    }
  }
  return sum - logits[label]!
}

function forward({ layers, parameters, activations }: Network, images: Vector, offset: number): void {
  const first = activations[0]!
  for (let at = 0; at < first.length; at++) first[at] = images[offset + at]!
  for (let depth = 0; depth < layers.length; depth++) {
    const { inputs, outputs, weights, biases } = layers[depth]!
    const input = activations[depth]!
    const output = activations[depth + 1]!
    for (let to = 0; to < outputs; to++) output[to] = parameters[biases + to]!
    for (let from = 0; from < inputs; from++) {
      const value = input[from]!
      if (value === 0) continue
      const row = weights + from * outputs
      for (let to = 0; to < outputs; to++) output[to]! += value * parameters[row + to]!
    }
    // ReLU between layers, none after the last. Written so that NaN stays NaN: a training that diverged must show.
    if (depth < layers.length - 1) {
      for (let to = 0; to < outputs; to++) if (output[to]! < 0) output[to] = 0
    }
  }
}

/** log Σ exp, shifted by the maximum to avoid overflow. */
function logSum(logits: Vector): number {
  let largest = -Infinity
  for (const logit of logits) largest = Math.max(largest, logit)
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - largest)
  return largest + Math.log(sum)
}
