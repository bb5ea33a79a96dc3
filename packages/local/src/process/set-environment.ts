/**
 * Sets variables of this process, as Lambda does for a function, and returns a function that restores the previous values.
 * Agent functions read them when they are called.
 */
export const setEnvironment = (values: Readonly<Record<string, string>>): (() => void) => {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, values)
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}
