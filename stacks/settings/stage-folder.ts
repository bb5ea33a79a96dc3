/** Folder of the stages' files, from the root of the repository. The graph test replaces it. */
export const STAGE_FOLDER = 'stacks/stages'
