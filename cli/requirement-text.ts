import { readFileSync } from 'node:fs';

const longest = 240;

const textOf = (): string => {
  // the source is one folder below the package, its build two
  for (const page of ['../docs/requirements.md', '../../docs/requirements.md']) {
    try {
      return readFileSync(new URL(page, import.meta.url), 'utf8');
    } catch {
      // the other place
    }
  }
  return '';
};

const plain = (markdown: string): string =>
  markdown
    .replaceAll(/\s*\[[PDXM]\]/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[*`]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** As many whole sentences as are short enough together, at least one. */
const firstSentences = (text: string): string => {
  const sentences = text.match(/.+?[.?](?=\s|$)/g) ?? [text];
  return sentences.reduce((told, sentence) =>
    told.length + sentence.length > longest ? told : told + sentence,
  );
};

/** What docs/requirements.md says of a requirement, in short; `null` if it is not there. */
export const requirementText = (id: string): string | null => {
  const [, entry] = textOf().split(`\n- **${id}** `);
  if (entry === undefined) return null;
  const [paragraph = ''] = entry.split(/\n(?:- \*\*|\n|#)/);
  return firstSentences(plain(paragraph));
};
