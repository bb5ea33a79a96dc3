type Table = readonly (readonly string[])[]
export const SERVER: Table
export const CORE: Table
