/** Bytes of sign, exponent and the upper four mantissa bits of a float64. */
const UPPER = 2

/** Writes numbers and text sequentially. {@link ByteReader} has the inverse of every method. */
export class ByteWriter {
  #bytes = new Uint8Array(256)
  #length = 0

  /** A view of the bytes so far, valid until the next write. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Reserves `count` bytes for the caller to fill. */
  #room(count: number): Uint8Array {
    const end = this.#length + count
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length))
      larger.set(this.bytes)
      this.#bytes = larger
    }
    const room = this.#bytes.subarray(this.#length, end)
    this.#length = end
    return room
  }

  byte(value: number): void {
    this.#room(1)[0] = value
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length).set(bytes)
  }

  /** An integer in [0, 2^53), seven bits to a byte, lowest first. */
  integer(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.byte(0x80 | (rest % 0x80))
      rest = Math.floor(rest / 0x80)
    }
    this.byte(rest)
  }

  /** An integer in (-2^52, 2^52): small magnitudes are short. */
  signed(value: number): void {
    this.integer(value < 0 ? -2 * value - 1 : 2 * value)
  }

  text(value: string): void {
    const bytes = Buffer.from(value)
    this.integer(bytes.length)
    this.raw(bytes)
  }

  /**
   * Float64 values: the upper two bytes here, the others in `digits`, grouped by significance. Signs and exponents repeat and
   * deflate well, while the low bytes are close to random.
   */
  floats(values: readonly number[], digits: ByteWriter): void {
    const upper = this.#room(UPPER * values.length)
    const lower = digits.#room((8 - UPPER) * values.length)
    const view = new DataView(new ArrayBuffer(8))
    values.forEach((value, i) => {
      view.setFloat64(0, value)
      for (let plane = 0; plane < UPPER; plane++) upper[plane * values.length + i] = view.getUint8(plane)
      for (let plane = UPPER; plane < 8; plane++)
        lower[(plane - UPPER) * values.length + i] = view.getUint8(plane)
    })
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  raw(count: number): Uint8Array {
    const end = this.#at + count
    if (end > this.#bytes.length)
      throw new RangeError(`the bytes end at ${this.#bytes.length}, before ${end}`)
    const bytes = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return bytes
  }

  /** All remaining bytes. */
  rest(): Uint8Array {
    return this.raw(this.#bytes.length - this.#at)
  }

  byte(): number {
    return this.raw(1)[0]!
  }

  integer(): number {
    let value = 0
    for (let weight = 1; ; weight *= 0x80) {
      const byte = this.byte()
      value += (byte & 0x7f) * weight
      if (byte < 0x80) return value
    }
  }

  signed(): number {
    const value = this.integer()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  text(): string {
    const bytes = this.raw(this.integer())
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
  }

  floats(count: number, digits: ByteReader): readonly number[] {
    const upper = this.raw(UPPER * count)
    const lower = digits.raw((8 - UPPER) * count)
    const view = new DataView(new ArrayBuffer(8))
    return Array.from({ length: count }, (_, i) => {
      for (let plane = 0; plane < UPPER; plane++) view.setUint8(plane, upper[plane * count + i]!)
      for (let plane = UPPER; plane < 8; plane++) view.setUint8(plane, lower[(plane - UPPER) * count + i]!)
      return view.getFloat64(0)
    })
  }
}
