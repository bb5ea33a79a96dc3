import { join } from 'node:path'
import ts from 'typescript'
import { ROOT } from './markdown.ts'

/** Type-checks code blocks as files of the repository, under its tsconfig. Returns the errors with the names of the files. */
export function typeErrors(files: ReadonlyMap<string, string>): readonly string[] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(
    config.config,
    { ...ts.sys, readDirectory: () => [] },
    ROOT,
  )
  const virtual = new Map([...files].map(([name, code]) => [join(ROOT, name), `${code}\nexport {}\n`]))
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (path) => virtual.has(path) || fileExists(path)
  host.readFile = (path) => virtual.get(path) ?? readFile(path)
  host.getSourceFile = (path, version, ...more) => {
    const code = virtual.get(path)
    return code === undefined
      ? getSourceFile(path, version, ...more)
      : ts.createSourceFile(path, code, version)
  }
  const program = ts.createProgram([...virtual.keys()], { ...options, noEmit: true }, host)
  return [...virtual.keys()]
    .map((path) => program.getSourceFile(path)!)
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ file, start, messageText }) => {
      const { line } = ts.getLineAndCharacterOfPosition(file!, start!)
      return `${file!.fileName}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
}
