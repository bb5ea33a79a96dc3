/**
 * Sets variables of this process, as a deployed function finds them; answers a function that puts back what was there.
 * Agent functions read them when they are called.
 */
export const lendEnvironment = (values: Readonly<Record<string, string>>): (() => void) => {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, values)
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}
