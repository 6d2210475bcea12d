// Writes docs/api.md from src/index.ts and the doc comments of what it exports. `--check` only says whether it is
// up to date; `--built` takes the declarations in dist/.
// Declarations come from the compiler, so that inferred types are shown: TypeScript 7 has no API that TypeDoc could use.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/api.md');

/** Sections of an index file, each with the names it exports and the files they come from. */
const sectionsOf = index => {
  const sections = [];
  for (const [, title, file, names] of index.matchAll(
    /^\/\/ (.+)$|^export (?:type )?\{([^}]*)\} from '\.\/(.+)\.ts';$/gm,
  )) {
    if (title) sections.push({ title, exports: [] });
    else
      for (const name of file.split(',').map(text => text.replace(/^\s*type\s+/, '').trim()))
        if (name) sections.at(-1).exports.push({ name, file: names });
  }
  return sections;
};

/** The declaration of a name in a file of declarations, or in the one that it passes the name on from, and the comment before it. */
const declarationIn = (path, name) => {
  const text = readFileSync(path, 'utf8');
  const found = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\s*)?^export (?:declare )?(?:abstract )?(const|function|async function|class|interface|type|enum) ${name}\\b`,
    'm',
  ).exec(text);
  if (!found) {
    const passed = new RegExp(`export (?:type )?{[^}]*\\b${name}\\b[^}]*} from '(.+)\\.[jt]s'`).exec(text);
    if (!passed) throw new Error(`there is no declaration of ${name} in ${path}`);
    return declarationIn(join(dirname(path), `${passed[1]}.d.ts`), name);
  }
  const [whole, comment = '', kind] = found;
  const start = found.index + comment.length;
  return { comment, kind, code: upToEnd(text, start, start + whole.length - comment.length) };
};

/** Up to the semicolon or brace that ends a declaration. */
const upToEnd = (text, start, from) => {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (text.startsWith('/**', at)) at = text.indexOf('*/', at) + 1;
    else if (char === "'" || char === '"' || char === '`') at = text.indexOf(char, at + 1);
    else if ('{([<'.includes(char)) depth++;
    else if ('})]'.includes(char) || (char === '>' && text[at - 1] !== '=')) {
      depth--;
      if (depth === 0 && char === '}' && /^\s*(\n|$)/.test(text.slice(at + 1)))
        return text.slice(start, at + 1);
    } else if (char === ';' && depth === 0) return text.slice(start, at + 1);
  }
  throw new Error(`the declaration at ${text.slice(start, start + 60)} has no end`);
};

const plain = comment =>
  comment
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .split('\n')
    .map(line => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();

/** A comment as Markdown: prose, parameters and errors as a list, examples as code. */
const markdown = comment => {
  const [prose, ...tags] = plain(comment).split(/^@(?=\w)/m);
  const parts = [prose.trim()];
  const list = [];
  for (const tag of tags) {
    const [, name, text] = /^(\w+)\s*([\s\S]*)$/.exec(tag.trim());
    if (name === 'example') parts.push(`\`\`\`ts\n${text.trim()}\n\`\`\``);
    else list.push(`- ${wordsOf(name, text.replace(/\s*\n\s*/g, ' ').trim())}`);
  }
  return [...parts, list.join('\n')].filter(Boolean).join('\n\n');
};

const wordsOf = (tag, text) => {
  if (tag === 'param' || tag === 'typeParam') return text.replace(/^(\S+)\s*/, '`$1`: ');
  return tag === 'throws' ? `throws ${text}` : `${tag}: ${text}`;
};

/** As GitHub names headings: `Tool` and `tool` are one to it, so the second gets a number. */
const anchors = names => {
  const seen = new Map();
  return new Map(
    names.map(name => {
      const slug = name.toLowerCase();
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return [name, count === 0 ? slug : `${slug}-${count}`];
    }),
  );
};

const isType = ({ kind }) => kind === 'interface' || kind === 'type';

const render = declarations => {
  const read = file =>
    sectionsOf(readFileSync(join(root, file), 'utf8')).map(({ title, exports }) => {
      const all = exports.map(({ name, file }) => ({
        name,
        file,
        ...declarationIn(join(declarations, `${file}.d.ts`), name),
      }));
      // What is called first, then what it takes and gives.
      return { title, exports: [...all.filter(one => !isType(one)), ...all.filter(isType)] };
    });
  const sections = [...read('src/index.ts'), ...read('src/testing.ts')];
  const all = sections.flatMap(({ exports }) => exports);
  const undocumented = all.filter(({ comment }) => comment === '');
  if (undocumented.length > 0)
    throw new Error(
      `without a doc comment: ${undocumented.map(({ name, file }) => `${name} (src/${file}.ts)`).join(', ')}`,
    );
  const anchorOf = anchors([
    ...sections.flatMap(({ title, exports }) => [title, ...exports.map(({ name }) => name)]),
  ]);
  const link = ({ name }) => `[\`${name}\`](#${anchorOf.get(name)})`;
  return `# The API

Made from doc comments by \`node scripts/api.js\`: change those. What stands here is what \`import { … } from 'juxta'\` gives; what is
for tests of your own comes from \`juxta/testing\`. Whole programs are in [\`examples/api\`](../examples/api):
[what the commands do](../examples/api/loop.ts), [a conversation and a tree](../examples/api/conversation.ts),
[JOSH on anything](../examples/api/josh.ts).

${sections.map(({ title, exports }) => `- **${title}**: ${exports.map(link).join(', ')}`).join('\n')}
${sections.map(section).join('')}`;
};

const section = ({ title, exports }) => `
## ${title}
${exports.map(entry).join('')}`;

const entry = ({ name, comment, code }) => `
### ${name}

${markdown(comment)}

\`\`\`ts
${code.replace(/^export (declare )?/, '')}
\`\`\`
`;

/** The compiler's declarations: those in `dist/`, if that was just built, or new ones. */
const withDeclarations = work => {
  if (process.argv.includes('--built')) return work(join(root, 'dist'));
  const folder = mkdtempSync(join(tmpdir(), 'juxta-api-'));
  try {
    const options = [
      '--project',
      join(root, 'tsconfig.build.json'),
      '--emitDeclarationOnly',
      '--outDir',
      folder,
    ];
    execFileSync(join(root, 'node_modules/.bin/tsc'), options, { stdio: 'inherit' });
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const text = withDeclarations(render);
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('docs/api.md is not what the sources say: run node scripts/api.js');
  process.exitCode = 1;
}
