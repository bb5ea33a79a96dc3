/** Standard multi-objective test problems on the unit cube. All losses are minimized. */
export interface MultiProblem {
  readonly name: string
  readonly dimensions: number
  readonly losses: (x: readonly number[]) => readonly number[]
  /** Reference point of the hypervolume. */
  readonly reference: readonly number[]
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, x) => total + x, 0)

/** Zitzler, Deb & Thiele 2000, with 6 dimensions instead of 30: sweeps have hundreds of trials, not tens of thousands. */
const zdt = (name: string, front: (f: number, g: number) => number): MultiProblem => ({
  name,
  dimensions: 6,
  losses: (x) => {
    const g = 1 + (9 * sum(x.slice(1))) / (x.length - 1)
    return [x[0]!, g * front(x[0]!, g)]
  },
  reference: [1.1, 1.1],
})

export const multiProblems: readonly MultiProblem[] = [
  zdt('zdt1', (f, g) => 1 - Math.sqrt(f / g)),
  zdt('zdt2', (f, g) => 1 - (f / g) ** 2),
  zdt('zdt3', (f, g) => 1 - Math.sqrt(f / g) - (f / g) * Math.sin(10 * Math.PI * f)),
  {
    // Deb et al. 2002. The front is one octant of a sphere.
    name: 'dtlz2',
    dimensions: 6,
    losses: (x) => {
      const g = 1 + sum(x.slice(2).map((u) => (u - 0.5) ** 2))
      const [a, b] = [(x[0]! * Math.PI) / 2, (x[1]! * Math.PI) / 2]
      return [g * Math.cos(a) * Math.cos(b), g * Math.cos(a) * Math.sin(b), g * Math.sin(a)]
    },
    reference: [1.1, 1.1, 1.1],
  },
  {
    // Kursawe 1991. The front is disconnected.
    name: 'kursawe',
    dimensions: 3,
    losses: (u) => {
      const x = u.map((v) => 10 * v - 5)
      const first = [0, 1].map((i) => -10 * Math.exp(-0.2 * Math.hypot(x[i]!, x[i + 1]!)))
      return [sum(first), sum(x.map((v) => Math.abs(v) ** 0.8 + 5 * Math.sin(v ** 3)))]
    },
    reference: [-14, 0],
  },
  {
    // Fonseca & Fleming 1995.
    name: 'fonseca',
    dimensions: 4,
    losses: (u) => {
      const x = u.map((v) => 8 * v - 4)
      const c = 1 / Math.sqrt(x.length)
      return [1 - Math.exp(-sum(x.map((v) => (v - c) ** 2))), 1 - Math.exp(-sum(x.map((v) => (v + c) ** 2)))]
    },
    reference: [1, 1],
  },
]
